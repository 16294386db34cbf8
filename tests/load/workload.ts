/** How long and how wide a run is. */
export interface LoopLengths {
  readonly buyers: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}
