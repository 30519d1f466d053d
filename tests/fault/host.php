<?php
/* One machine of an application: workers that were forked from one process, as PHP-FPM does, so that they share
 * what this extension knows of the nodes. Some of them die at any moment, and others take their place.
 *
 * Commands on standard input, each answered by a line: "settle" (wait until the client has brought every copy
 * back), "stop" (end the workers), "finish" (the last operations on every key, of a process of its own), "health" (what the
 * client says of the nodes, as JSON). */

require_once __DIR__ . '/worker.inc';

final class Host
{
	const SETTLE_SECONDS = 60; /* only what never settles takes them all */
	const PAYING_SECONDS = 15; /* within which every debt that can be is paid */

	/** @var array<int, int> process => seat */
	private array $workers = [];
	private int $started = 0;
	private ?int $metronome = null;

	public function __construct(private Setup $setup)
	{
	}

	public function run(): void
	{
		$this->metronome = self::fork(fn() => $this->measureNoise());
		for ($seat = 0; $seat < $this->setup->workers; $seat++) {
			$this->startWorker($seat);
		}
		fwrite(STDOUT, "ready\n"); /* not echo: no session starts behind output */
		while (($line = $this->nextCommand()) !== null) {
			fwrite(STDOUT, match ($line) {
				'settle' => $this->settle(),
				'stop' => $this->stop(),
				'finish' => $this->finish(),
				'health' => json_encode(Subject::create($this->setup)->health()),
			} . "\n");
		}
		$this->stop();
	}

	/* While it waits it lets workers die now and then. Null: there are no more commands. */
	private function nextCommand(): ?string
	{
		while (true) {
			$read = [STDIN];
			$write = $except = null;
			if (stream_select($read, $write, $except, 0, 100000)) {
				$line = fgets(STDIN);
				return $line === false ? null : trim($line);
			}
			if ($this->setup->kills && $this->workers && mt_rand(0, 9) === 0) {
				$this->replaceWorker(array_rand($this->workers));
			}
		}
	}

	private function startWorker(int $seat): void
	{
		$name = 'w' . ++$this->started;
		$host = getmypid();
		$process = self::fork(function () use ($name, $seat, $host) {
			if ($this->setup->apart) {
				self::leave([json_encode($this->setup), $name, (string) $seat, (string) $host]);
			}
			self::work($this->setup, $name, $seat, $host);
		});
		$this->workers[$process] = $seat;
	}

	/* The same process, with another PHP in it that shares no memory with this one. */
	private static function leave(array $arguments): never
	{
		$words = explode("\0", rtrim(file_get_contents('/proc/self/cmdline'), "\0"));
		$options = array_slice($words, 1, array_search('--', $words, true));
		pcntl_exec(PHP_BINARY, [...$options, ...$arguments]);
		exit(1);
	}

	public static function work(Setup $setup, string $name, int $seat, int $host): void
	{
		$turns = 0;
		(new Worker($setup, $name, $seat))->work(
			/* an orphan ends by itself */
			fn() => ++$turns % 100 !== 0 || file_exists("/proc/$host")
		);
	}

	private function replaceWorker(int $process): void
	{
		$seat = $this->workers[$process];
		$this->endProcess($process);
		unset($this->workers[$process]);
		$this->startWorker($seat);
	}

	/* A worker that is told to stop may be in the midst of an operation: that one never ends. */
	private function endProcess(int $process): void
	{
		proc_close(proc_open(['kill', '-9', (string) $process], [], $pipes));
		pcntl_waitpid($process, $status);
	}

	private static function fork(callable $what): int
	{
		$process = pcntl_fork();
		if ($process !== 0) {
			return $process;
		}
		fclose(STDIN);
		ob_start();
		$what();
		exit(0);
	}

	/* How late this machine wakes those who sleep: operations may be that late, too. */
	private function measureNoise(): void
	{
		$file = fopen("{$this->setup->folder}/noise", 'a');
		$host = getmypid();
		for ($turns = 1;; $turns++) {
			$before = HistoryWriter::now();
			usleep(2000);
			$late = HistoryWriter::now() - $before - 2000;
			if ($late > 2000) {
				fwrite($file, "$before\t$late\n");
			}
			if ($turns % 500 === 0 && self::isOrphan()) {
				return;
			}
		}
	}

	private static function isOrphan(): bool
	{
		return str_contains((string) @file_get_contents('/proc/self/status'), "PPid:\t1\n");
	}

	/* All that the round's keys have, again and again until nothing is left to be done. */
	private function settle(): string
	{
		$subject = Subject::create($this->setup);
		$keys = $this->setup->registers ? Keys::registers($this->setup) : [
			...Keys::registers($this->setup), ...Keys::named('counter', Keys::COUNTERS),
			...Keys::named('swapped', Keys::SWAPPED), ...Keys::named('lock', Keys::LOCKS),
		];
		$end = time() + self::SETTLE_SECONDS;
		$patience = time() + self::PAYING_SECONDS;
		$looks = 0;
		do {
			$looks++;
			usleep(100000);
			if ($patience && time() >= $patience) {
				/* a worker died between deleting a key and saying who missed that: what is left of it is neither
				 * read nor removed, as it may be the last copy, until the key is written */
				$this->changeAll($this->unique('settling'));
				$patience = null;
			}
			$subject->getMulti($keys);
			foreach ($keys as $key) {
				$subject->get($key); /* one by one: who reads alone may take another way */
			}
			$settled = $subject->isSettled();
		} while (!$settled && time() < $end);
		$subject->getMulti($keys);
		if (!$this->setup->registers) {
			$this->visitAll();
		}
		return $settled ? 'settled' : 'unsettled: ' . $subject->unsettled() . ", $looks looks";
	}

	private function visitAll(): void
	{
		$process = self::fork(function () {
			$worker = new Worker($this->setup, $this->unique('settling'), 0);
			array_map([$worker, 'visitUser'], Keys::named('user', Keys::SESSIONS));
		});
		pcntl_waitpid($process, $status);
	}

	private function stop(): string
	{
		foreach (array_keys($this->workers) as $process) {
			$this->endProcess($process);
		}
		$this->workers = [];
		if ($this->metronome) {
			$this->endProcess($this->metronome);
			$this->metronome = null;
		}
		return 'stopped';
	}

	private function unique(string $name): string
	{
		return $name . ++$this->started . '-' . HistoryWriter::now();
	}

	private function finish(): string
	{
		$this->changeAll('last');
		return 'finished';
	}

	/* Everything once more, by a process of its own. */
	private function changeAll(string $name): void
	{
		$process = self::fork(function () use ($name) {
			$worker = new Worker($this->setup, $name, 0);
			array_map([$worker, 'readKey'], Keys::registers($this->setup));
			if (!$this->setup->registers) {
				array_map([$worker, 'countKey'], Keys::named('counter', Keys::COUNTERS));
				array_map([$worker, 'swapKey'], Keys::named('swapped', Keys::SWAPPED));
				array_map([$worker, 'visitUser'], Keys::named('user', Keys::SESSIONS));
			}
			/* copies that a killed writer left unequal are equal after the next write */
			array_map([$worker, 'writeKey'], Keys::registers($this->setup));
		});
		pcntl_waitpid($process, $status);
	}
}

if (isset($argv[2])) { /* a worker that has left its host */
	Host::work(Setup::parse($argv[1]), $argv[2], (int) $argv[3], (int) $argv[4]);
} else {
	(new Host(Setup::parse($argv[1])))->run();
}
