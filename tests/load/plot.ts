export interface Bar {
  readonly label: string;
  readonly value: number;
}

const width = 640;
const barHeight = 26;
const labelWidth = 250;

/** Horizontal bars as SVG, the longest over the whole width. Readable on light and on dark pages. */
export function plotBars(title: string, unit: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const height = 40 + bars.length * (barHeight + 10);
  const rows = bars.map(({ label, value }, index) => {
    const y = 36 + index * (barHeight + 10);
    const length = Math.max(1, ((width - labelWidth - 110) * value) / most);
    return `<text x="${String(labelWidth - 8)}" y="${String(y + 18)}" text-anchor="end">${escape(label)}</text>
<rect x="${String(labelWidth)}" y="${String(y)}" width="${length.toFixed(1)}" height="${String(barHeight)}" rx="3" fill="#2f7d68"/>
<text x="${(labelWidth + length + 8).toFixed(1)}" y="${String(y + 18)}">${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${escape(unit)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" font-family="system-ui, sans-serif" font-size="14" fill="#5b6b66">
<text x="8" y="20" font-weight="600">${escape(title)}</text>
${rows.join('\n')}
</svg>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
