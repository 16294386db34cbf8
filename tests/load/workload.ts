/** How long and how wide a run is. */
export interface LoopLengths {
  readonly buyers: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** How many products there shall be; each workload has its own number where none is told. */
  readonly products?: number;
}
