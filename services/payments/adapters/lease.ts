/** So long a call of a provider may take in all, though it may be several requests; then it counts as one without an answer. */
export const callMs = 15_000;

/** So long a call that was leased may wait for its turn. */
export const patienceMs = 5000;

/** For as long as the longest call may take after the longest wait, and until its end is written: nobody else makes it meanwhile. */
export const leaseSeconds = (patienceMs + callMs) / 1000 + 5;
