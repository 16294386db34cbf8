/** A product as staff enters it; `name` makes its slug and SKUs. */
export function lamp(name: string, change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    slug: name,
    title: `Lamp ${name}`,
    description: 'A lamp.',
    brand: 'Lumen',
    category: 'lighting',
    attributes: { material: 'walnut' },
    variants: [
      { sku: `${name}-s`.toUpperCase(), price: 4900, options: { size: 'small' } },
      { sku: `${name}-l`.toUpperCase(), price: 8900, options: { size: 'large' } },
    ],
    ...change,
  };
}

export const homeAndLighting = [
  { category: { slug: 'home', name: 'Home', parent: null } },
  { category: { slug: 'lighting', name: 'Lighting', parent: 'home' } },
];

export function ndjson(...lines: readonly unknown[]): string {
  return lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
}
