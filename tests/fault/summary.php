<?php
/* Adds up the figures of rounds (lines of JSON that run.php writes), and prints Markdown tables: for each subject the
 * violations, and the cost of each fault. */

final class Summary
{
	public int $rounds = 0;
	public int $operations = 0;
	public int $increments = 0;
	public int $excess = 0;
	public int $faults = 0;
	public array $violations = [];
	/** @var array<string, array{operations: int, unknown: int, longest: int, which: string}> */
	public array $byFault = [];

	public function add(array $round): void
	{
		$this->rounds++;
		foreach (['operations', 'increments', 'excess'] as $figure) {
			$this->$figure += $round[$figure];
		}
		$this->faults += array_sum($round['faults']);
		foreach ($round['violations'] as $class => $count) {
			$this->violations[$class] = ($this->violations[$class] ?? 0) + $count;
		}
		foreach ($round['figures'] as $fault => $figures) {
			$this->addFault($fault, $figures);
		}
	}

	private function addFault(string $fault, array $figures): void
	{
		$sum = &$this->byFault[$fault];
		$sum ??= ['operations' => 0, 'unknown' => 0, 'longest' => 0, 'which' => ''];
		$sum['operations'] += $figures['operations'];
		$sum['unknown'] += $figures['unknown'];
		if ($figures['longest'] > $sum['longest']) {
			$sum['longest'] = $figures['longest'];
			$sum['which'] = $figures['which'];
		}
	}

	public function print(string $subject): void
	{
		ksort($this->byFault);
		printf("\n%s: %d rounds, %d faults, %d operations; %d of %d increments too many (%.0f ppm)\n\n", $subject, $this->rounds,
			$this->faults, $this->operations, $this->excess, $this->increments, 1e6 * $this->excess / max(1, $this->increments));
		printf("| violated | %s |\n|---|%s\n| times | %s |\n\n", implode(' | ', array_keys($this->violations)),
			str_repeat('---:|', count($this->violations)), implode(' | ', $this->violations));
		echo "| while | operations | of unknown outcome | longest (ms) | which |\n|---|---:|---:|---:|---|\n";
		foreach ($this->byFault as $fault => $figures) {
			printf("| %s | %d | %.2f %% | %d | %s |\n", $fault === 'none' ? 'all is well' : $fault, $figures['operations'],
				100 * $figures['unknown'] / max(1, $figures['operations']), $figures['longest'] / 1000, $figures['which']);
		}
	}
}

$summaries = [];
foreach (file($argv[1]) as $line) {
	$round = json_decode($line, true);
	($summaries[$round['subject']] ??= new Summary())->add($round);
}
foreach ($summaries as $subject => $summary) {
	$summary->print($subject);
}
