import { holds, quantity } from './figures.ts';
import type { Figure, Outcome } from './figures.ts';
import type { LoopLengths } from './workload.ts';

export interface WorkloadResult extends Outcome {
  readonly name: string;
}

export interface ReportParts {
  readonly date: string;
  readonly machine: string;
  readonly lengths: LoopLengths;
  readonly results: readonly WorkloadResult[];
}

/** How many times as fast the floor is. */
export function ratioToFloor({ measurements: [ours, floor] }: WorkloadResult): number {
  return ours === undefined || floor === undefined ? Number.NaN : floor.perSecond / ours.perSecond;
}

/** docs/PERFORMANCE.md. */
export function performancePage({ date, machine, lengths, results }: ReportParts): string {
  const { buyers, warmUpSeconds, seconds } = lengths;
  const sections = results.map((result) => {
    if (result.measurements.length === 0) return `## ${result.name}\n\n${figureTable(result.figures)}`;
    const rows = result.measurements.map(
      ({ name, perSecond, p50, p95, p99, errors, cpuMilliseconds }) =>
        `| ${name} | ${perSecond.toFixed(0)} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${p99.toFixed(1)} | ${String(errors)} | ${cpuMilliseconds.toFixed(1)} |`,
    );
    return `## ${result.name}

![Operations a second](performance/${result.name}.svg)

| what | operations/s | p50 ms | p95 ms | p99 ms | errors | CPU ms an operation |
| --- | --: | --: | --: | --: | --: | --: |
${rows.join('\n')}
${result.measurements.length < 2 ? '' : `\nThe floor is ${ratioToFloor(result).toFixed(1)} times as fast.\n`}${result.figures.length === 0 ? '' : `\n${figureTable(result.figures)}`}`;
  });
  return `# Performance

Written by \`npm run bench -- ${results.map(({ name }) => name).join(' ')}\` on ${date}; ${machine}. The whole stack and the load ran on this one machine.
${String(buyers)} buyers with kept connections, ${String(warmUpSeconds)} s of warm-up, ${String(seconds)} s measured, at the services' own ports unless it says gateway. Postgres with
fsync, Kafka with acks=all. Absolute figures of a shared machine say little: the ratio to the floor, which was measured in the same run, is what to look at. CPU is that of all processes of the stack.

- **cart**: one add to the buyer's own cart. Its floor is the least that Dapr allows: an app that answers an actor's call at once, having written one key.
- **checkout**: cart, line, address, payment, until the order reads \`confirmed\`. It runs through four services, three databases and Kafka; its floor is a single
  durable commit of Postgres by as many clients.
- **flash**: 64 buyers try 1,000 times to get one of 100 units of a SKU; the run fails unless exactly 100 were sold and paid.
- **passwords**: clients register and log in, beside the hashing of passwords alone; the bar is on what others wait meanwhile.
- **suggest**: one client that types; 10,000 products, each fifth text with a typo.
- **search**: two words, a category and a range of prices, with all facets, over 100,000 products; its floor is the same query asked of Elasticsearch itself.
- **product**: a product by its id, at catalog's own port. Its floor is Koa alone with a constant of that size; a quarter of it is the bar.
- **import**, **import-csv**: 100,000 new products as one file, until searches find the last; and the most resident memory of catalog meanwhile.
- **rebuild**: the search index is built anew while products are changed, added and removed; then every product is compared with its entry.
- **relevance**: NDCG@10 of judged queries, and of their one-edit misspellings, over two catalogues.

${sections.join('\n')}`;
}

function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, unit, is, bar } = figure;
    return `| ${what} | ${quantity(figure)} | ${is} ${String(bar)}${unit === '' ? '' : ` ${unit}`} | ${holds(figure) ? 'yes' : '**no**'} |`;
  });
  return `| what | measured | bar | held |\n| --- | --: | --: | --- |\n${rows.join('\n')}\n`;
}
