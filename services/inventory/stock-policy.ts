import { mostUnits } from '@cartwright/stock/rules';
import type { StockPolicy } from '@cartwright/stock/rules';

/**
 * What the shop has decided for all SKUs: `LOW_STOCK_BELOW`, 5 unless told; 0 where nobody shall be told. Throws an error that names the variable when
 * it is no number of units.
 */
export function readStockPolicy(environment: NodeJS.ProcessEnv): StockPolicy {
  const text = environment['LOW_STOCK_BELOW'] ?? '5';
  const lowBelow = Number(text);
  if (text.trim() === '' || !Number.isInteger(lowBelow) || lowBelow < 0 || lowBelow > mostUnits)
    throw new Error(`LOW_STOCK_BELOW is a number of units, not ${text}`);
  return { lowBelow };
}
