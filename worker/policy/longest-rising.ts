/**
 * The longest subsequence in which each number is larger than the one before: what kept its order when
 * some things moved. All numbers are different.
 */
export function longestRising(numbers: readonly number[]): number[] {
  const best: number[][] = [];
  for (const number of numbers) {
    let chain: number[] = [];
    for (const other of best) {
      if ((other.at(-1) ?? number) < number && other.length > chain.length) chain = other;
    }
    best.push([...chain, number]);
  }
  return best.reduce<number[]>((longest, chain) => (chain.length > longest.length ? chain : longest), []);
}
