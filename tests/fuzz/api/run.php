<?php
/* SPDX-License-Identifier: MIT */
/* Starts one process after the other (fuzzed.php), changes nodes when a process asks for it, and judges how each
 * process ended. */

require __DIR__ . '/nodes.inc';

const ROOT = __DIR__ . '/../../..';
const LONGEST = 120.0; /* seconds of one process: it takes about one on an idle machine */

/* How PHP itself ends a script. */
const KNOWN_ENDS = '~Allowed memory size|Out of memory|Maximum execution time|Uncaught |Maximum call stack|must (?:be compatible|not)~';

/* How PHP itself ends a process at once: no function of the script runs any more. */
const HARD_END = '~Hard memory limit~';

final class Run
{
	private Folder $folder; /* of the sanitizers' logs */
	private Folder $memory;
	/** @var resource */
	private $errors;

	public function __construct(private Nodes $nodes, private int $seed)
	{
		$this->folder = new Folder();
		$this->memory = new Folder();
		$this->errors = tmpfile();
	}

	/* What is wrong with the process; null: nothing. */
	public function judge(): ?string
	{
		$this->nodes->restart();
		$process = new Process($this->command(), [['pipe', 'r'], ['pipe', 'w'], $this->errors], $this->environment());
		$end = microtime(true) + LONGEST;
		$said = [];
		while (($line = $this->hear($process, $end)) !== null) {
			if ($line === false) {
				$process->signal(6); /* ABRT: AddressSanitizer reports where the process hangs */
				$this->hear($process, microtime(true) + 10);
				$process->end();
				return 'does not come to its end' . $this->told($said) . $this->reports();
			}
			if (str_starts_with($line, 'node: ')) {
				$this->nodes->obey(substr($line, 6));
				fwrite($process->pipes[0], "done\n");
			} else {
				$said[] = $line;
			}
		}
		return $this->judgeEnd($process->wait(), $said);
	}

	private function judgeEnd(int $code, array $said): ?string
	{
		if ($this->reports() !== '') {
			return $this->reports();
		}
		if (end($said) !== 'works' && !preg_match(HARD_END, $this->told($said))) {
			return "exit code $code" . $this->told($said);
		}
		return $code === 0 || preg_match(HARD_END, $this->told($said)) || preg_match(KNOWN_ENDS, $this->told($said)) ? null : "exit code $code" . $this->told($said);
	}

	private function reports(): string
	{
		return implode('', array_map('file_get_contents', glob("{$this->folder->path}/*")));
	}

	private function told(array $said): string
	{
		rewind($this->errors);
		return "\n" . implode("\n", array_slice($said, -15)) . "\n" . substr(stream_get_contents($this->errors), -6000);
	}

	/* The next line; null: the process ended; false: its time is over. */
	private function hear(Process $process, float $end): string|false|null
	{
		$read = [$process->pipes[1]];
		$write = $except = null;
		$left = max(0, $end - microtime(true));
		if (!stream_select($read, $write, $except, (int) $left, (int) (1e6 * fmod($left, 1)))) {
			return false;
		}
		$line = fgets($process->pipes[1]);
		return $line === false ? null : rtrim($line, "\n");
	}

	/* Some with PHP's own allocator, which knows a memory_limit and gives memory back at a fatal error. */
	private function environment(): array
	{
		return ['MCHA_SANITIZER_LOGS' => $this->folder->path, 'USE_ZEND_ALLOC' => $this->seed % 3 ? '0' : '1'] + getenv();
	}

	private function command(): array
	{
		$settings = ['session.use_cookies' => 0, 'session.cache_limiter' => '', 'session.save_handler' => 'mcha',
			'session.save_path' => implode(',', $this->nodes->names), 'mcha.sess_lock_timeout' => 50, 'mcha.sess_lock_wait_max' => 10,
			'display_errors' => 'stderr', 'display_startup_errors' => 1, 'memory_limit' => '256M', 'zend.assertions' => -1,
			'mcha.shared_memory' => "{$this->memory->path}/memory"];
		$words = [];
		foreach ($settings as $name => $value) {
			array_push($words, '-d', "$name=\"$value\"");
		}
		return [ROOT . '/tests/lib/sanitized-php', '-n', '-d', 'extension=' . realpath(ROOT . '/sanitized/modules/mcha.so'), ...$words,
			__DIR__ . '/fuzzed.php', (string) $this->seed, ...$this->nodes->names];
	}
}

$count = $argv[1] ?? '10';
$seed = (int) ($argv[2] ?? 1);
$until = str_ends_with($count, 's') ? microtime(true) + (float) $count : INF;
$left = $until === INF ? (int) $count : PHP_INT_MAX;
$nodes = new Nodes();
$passed = $failed = 0;
for (; $left > 0 && microtime(true) < $until; $left--, $seed++) {
	$wrong = (new Run($nodes, $seed))->judge();
	$wrong === null ? $passed++ : $failed++;
	if ($wrong !== null) {
		echo "--- seed $seed (tests/fuzz/api/run 1 $seed): $wrong\n";
	}
}
echo "$passed passed, $failed failed, 0 skipped\n";
exit($failed ? 1 : 0);
