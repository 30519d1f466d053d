<?php
/* One host of an application: workers that are forked from one process, as in PHP-FPM, so that they share the
 * extension's state of the nodes. Some workers are killed or disturbed at random; new workers replace those that
 * end.
 *
 * Commands on standard input, each answered by a line: "converge" (let workers that are stopped go on, wait for the
 * operations that are under way, and read every key until the client has restored every copy: "converged" and the moment
 * since when, or the nodes that still have hints or are not in use), "stop" (end the workers), "finish" (read every key
 * once more, in a separate process), "health" (the client's view of the nodes, as JSON), "move" (end the workers, and
 * start others with the next pool: "moved" and the moment in between). No command writes a key to get rid of hints,
 * except keys whose copies the rig itself removes (Family::isLosable()). */

require_once __DIR__ . '/worker.inc';

final class Host
{
	const CONVERGE_SECONDS = 60; /* used up only if the copies never converge */
	const PAUSE = 0.6; /* seconds that a worker is stopped */
	const FAMINE = 0.4; /* seconds without file descriptors */
	const LATE_ELSEWHERE = 32; /* seconds */
	const CALM = 0.5; /* seconds without writes */
	const FAREWELL = 5; /* seconds that a worker may take to end by itself */
	private const OPERATIONS = 30.0; /* seconds that operations may take until they have ended: beyond any timeout of a round */

	/** @var array<int, array{0: int, 1: string}> process => seat, name */
	private array $workers = [];
	/** @var array<int, float> process => when it continues, or may open files again */
	private array $paused = [];
	private array $starved = [];
	private int $left = 0; /* hints that remained when the copies last converged */
	private int $started = 0;
	/** @var array<int, int> seat => how often its host was restarted */
	private array $reboots = [];
	private ?int $metronome = null;

	public function __construct(private Setup $setup)
	{
	}

	public function run(): void
	{
		$this->metronome = self::fork(fn() => $this->measureNoise());
		$seats = $this->setup->workers + ($this->setup->has('holds') ? HoldHabit::HOLDERS : 0);
		for ($seat = 0; $seat < $seats; $seat++) {
			$this->startWorker($seat);
		}
		fwrite(STDOUT, "ready\n"); /* not echo: PHP starts no session after output */
		while (($line = $this->nextCommand()) !== null) {
			fwrite(STDOUT, match ($line) {
				'converge' => $this->converge(),
				'stop' => $this->stop(),
				'finish' => $this->finish(),
				'move' => $this->move(),
				'health' => json_encode(Subject::create($this->setup)->health()),
			} . "\n");
		}
		$this->stop();
	}

	/* Manages the workers while waiting for a command. Null: there are no more commands. */
	private function nextCommand(): ?string
	{
		while (true) {
			$read = [STDIN];
			$write = $except = null;
			if (stream_select($read, $write, $except, 0, 100000)) {
				$line = fgets(STDIN);
				return $line === false ? null : trim($line);
			}
			$this->lookAfterWorkers();
		}
	}

	private function lookAfterWorkers(): void
	{
		$this->replaceEnded();
		foreach ($this->paused as $process => $end) {
			if ($end <= microtime(true)) {
				$this->resume($process);
			}
		}
		foreach ($this->starved as $process => $end) {
			if ($end <= microtime(true)) {
				$this->allowFiles($process, 1024);
				unset($this->starved[$process]);
			}
		}
		if ($this->workers) {
			$this->trouble(array_rand($this->workers));
		}
	}

	private function replaceEnded(): void
	{
		while (($process = pcntl_waitpid(-1, $status, WNOHANG)) > 0) {
			if (isset($this->workers[$process])) {
				$this->replace($process);
			}
		}
	}

	private function trouble(int $process): void
	{
		if ($this->setup->has('kills') && mt_rand(0, 9) === 0) {
			$this->endProcess($process);
			$this->replace($process);
		} elseif ($this->setup->has('pauses') && mt_rand(0, 14) === 0 && !isset($this->paused[$process])) {
			self::signal($process, 'STOP');
			$this->paused[$process] = microtime(true) + self::PAUSE;
			$this->notePause($process);
		} elseif ($this->setup->has('files') && mt_rand(0, 29) === 0) {
			$this->allowFiles($process, mt_rand(4, 9));
			$this->starved[$process] = microtime(true) + self::FAMINE;
		}
	}

	private function resume(int $process): void
	{
		self::signal($process, 'CONT');
		$this->notePause($process);
		unset($this->paused[$process]);
	}

	/* Writes two lines for each pause: its beginning, and its end. */
	private function notePause(int $process): void
	{
		file_put_contents("{$this->setup->folder}/pauses", "{$this->workers[$process][1]}\t" . HistoryWriter::now() . "\n", FILE_APPEND);
	}

	private static function signal(int $process, string $name): void
	{
		proc_close(proc_open(['kill', "-$name", (string) $process], [2 => ['file', '/dev/null', 'w']], $pipes));
	}

	private function allowFiles(int $process, int $most): void
	{
		proc_close(proc_open(['prlimit', '--pid', (string) $process, "--nofile=$most:"], [2 => ['file', '/dev/null', 'w']], $pipes));
	}

	private function startWorker(int $seat): void
	{
		$name = 'w' . ++$this->started;
		$this->reboots[$seat] ??= 0;
		$host = getmypid();
		$process = self::fork(function () use ($name, $seat, $host) {
			if ($this->setup->apart) {
				$this->leave($name, $seat, $host);
			}
			self::work($this->setup, $name, $seat, $host);
		});
		$this->workers[$process] = [$seat, $name];
	}

	/* Replaces this process by another PHP that shares no memory with the other seats: the processes of a seat are one host. */
	private function leave(string $name, int $seat, int $host): never
	{
		$this->setup->host = "$seat." . $this->reboots[$seat];
		$words = explode("\0", rtrim(file_get_contents('/proc/self/cmdline'), "\0"));
		$separator = array_search('--', $words, true);
		pcntl_exec(PHP_BINARY, [
			...array_slice($words, 1, $separator - 1), '-d', "mcha.shared_memory={$this->setup->folder}/memory.{$this->setup->host}", '--',
			json_encode($this->setup), $name, (string) $seat, (string) $host,
		], $this->environment($seat));
		exit(1);
	}

	/* @return array<string, string> for the group of hosts to which the seat belongs */
	private function environment(int $seat): array
	{
		$environment = getenv();
		if ($seat % 2) {
			$preloaded = array_filter([$environment['LD_PRELOAD'] ?? '', $this->setup->rerouting], strlen(...));
			$environment['LD_PRELOAD'] = implode(':', $preloaded);
			$environment['MCHA_REROUTED'] = implode(',', array_map(fn(string $node) => substr(strrchr($node, ':'), 1), $this->setup->nodes));
		}
		return $environment;
	}

	public static function work(Setup $setup, string $name, int $seat, int $host): void
	{
		if ($setup->has('clocks')) { /* see clock.c */
			file_put_contents("$setup->folder/clock." . getmypid(), [5000, -5000, 0][$seat % 3]);
		}
		if ($setup->zones) {
			$setup->zone = $setup->zoneOf($seat);
			ini_set('mcha.local_zone', $setup->zone);
		}
		$ended = false;
		if ($setup->next) {
			pcntl_async_signals(true);
			pcntl_signal(SIGUSR1, function () use (&$ended) {
				$ended = true;
			});
		}
		$turns = 0;
		$worker = new Worker($setup, $name, $seat);
		$most = $setup->has('brief') && mt_rand(0, 1) ? mt_rand(50, 500) : PHP_INT_MAX;
		/* an orphan ends by itself */
		$goesOn = function () use (&$ended, &$turns, $most, $host) {
			return !$ended && ++$turns < $most && ($turns % 100 !== 0 || file_exists("/proc/$host"));
		};
		$seat < $setup->workers ? $worker->work($goesOn) : $worker->hold($goesOn);
	}

	/* Starts a new worker in place of one that has ended. */
	private function replace(int $process): void
	{
		$seat = $this->workers[$process][0];
		$this->reboots[$seat] += $this->setup->has('reboots') && mt_rand(0, 3) === 0;
		$this->forget($process);
		$this->startWorker($seat);
	}

	private function forget(int $process): void
	{
		if (isset($this->paused[$process])) {
			$this->notePause($process);
		}
		unset($this->workers[$process], $this->paused[$process], $this->starved[$process]);
	}

	/* A worker may be stopped during an operation; that operation has no end in the history. */
	private function endProcess(int $process): void
	{
		self::signal($process, 'KILL');
		pcntl_waitpid($process, $status);
	}

	/* All processes have the same pool at any moment: locks are taken in each process's own pool, and two pools may each
	 * decide the changes of one key at the same moment (docs/topologies.md). Some workers end in the midst of their
	 * operations. */
	private function move(): string
	{
		$seats = array_column($this->workers, 0);
		foreach (array_keys($this->workers) as $process) {
			if ($this->setup->has('kills') && mt_rand(0, 2) === 0) {
				$this->endProcess($process);
				$this->forget($process);
			} else {
				self::signal($process, 'USR1');
				self::signal($process, 'CONT');
			}
		}
		$this->awaitEnd(microtime(true) + self::FAREWELL);
		$this->setup->move(HistoryWriter::now());
		foreach (MchaSubject::poolIni($this->setup) as $name => $value) {
			if (ini_set($name, $value) === false) {
				throw new RuntimeException("$name cannot be changed");
			}
		}
		array_map($this->startWorker(...), $seats);
		return "moved {$this->setup->moved}";
	}

	/* Until all workers have ended; kills those that have not by this time. */
	private function awaitEnd(float $latest): void
	{
		while ($this->workers) {
			foreach (array_keys($this->workers) as $process) {
				if (microtime(true) > $latest) {
					$this->endProcess($process);
				} elseif (pcntl_waitpid($process, $status, WNOHANG) <= 0) {
					continue;
				}
				$this->forget($process);
			}
			usleep(2000);
		}
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

	/* Measures how late this machine wakes sleeping processes: operations may be late by as much. */
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

	/* Other processes learn which nodes have missed a change when the operation ends that made it, and not while its
	 * process is stopped in the middle. So workers that are stopped go on, and all operations end that have begun by now.
	 * Returns the name of a worker whose operation does not end; "": there is none. */
	private function awaitOperations(): string
	{
		array_map($this->resume(...), array_keys($this->paused));
		$latest = microtime(true) + self::OPERATIONS;
		$begun = array_map($this->underWay(...), $this->workers);
		while ($begun = array_filter($begun)) {
			if (microtime(true) > $latest) {
				return $this->workers[array_key_first($begun)][1];
			}
			usleep(2000);
			$this->replaceEnded();
			$begun = array_intersect_key($begun, $this->workers);
			foreach ($begun as $process => $operations) {
				$begun[$process] = array_intersect($operations, $this->underWay($this->workers[$process]));
			}
		}
		return '';
	}

	/* @param array{0: int, 1: string} $worker
	 *  @return string[] numbers of operations */
	private function underWay(array $worker): array
	{
		return History::underWay("{$this->setup->folder}/$worker[1].history");
	}

	/* Reads all keys repeatedly until no hint is left and every node is in use, or until nothing changes any more. */
	private function converge(): string
	{
		$busy = $this->awaitOperations();
		return $busy === '' ? $this->convergeCopies() : "behind: $busy is in the middle of an operation";
	}

	private function convergeCopies(): string
	{
		$subject = Subject::create($this->setup);
		$keys = $this->keys();
		$end = microtime(true) + ($this->setup->zones && $this->workers ? self::CONVERGE_SECONDS / 4 : self::CONVERGE_SECONDS);
		$changed = microtime(true);
		$last = $dropped = null;
		do {
			usleep(100000);
			$this->lookAtAll($subject, $keys);
			[$left, $since] = $this->unconverged($subject);
			if ($left !== $last) {
				$last = $left;
				$changed = microtime(true);
			}
			if (!$dropped && $left !== '' && $subject->isUp() && microtime(true) - $changed > $this->patience() / 2) {
				$dropped = true;
				$this->asWorker(fn(Worker $worker) => $worker->dropLosable());
			}
		} while ($left !== '' && microtime(true) < $end && !$this->isPatienceOver($subject, $changed));
		/* with zones most of them are of writes in flight, and none of them is final */
		$this->left = $left === '' || $this->setup->zones ? 0 : $subject->hints();
		$this->lookAtAll($subject, $keys);
		if ($this->setup->has('plain') && !$this->setup->registers) {
			$this->asWorker(fn(Worker $worker) => array_map([$worker, 'visitUser'], Keys::named('user', Keys::SESSIONS)));
		}
		return $left === '' ? "converged $since" : ($subject->isUp() ? 'behind' : 'unconverged') . ": $left";
	}

	/* What has not converged, and when. While workers write with mcha.zone_writes=local there is always some hint of a write in
	 * flight: so they only read for a moment.
	 * @return array{string, int} */
	private function unconverged(Subject $subject): array
	{
		$calm = "{$this->setup->folder}/calm";
		$end = microtime(true) + ($this->setup->zones ? self::CALM : 0);
		$this->setup->zones && touch($calm);
		do {
			$since = HistoryWriter::now();
			$left = $subject->unconverged();
		} while ($left !== '' && microtime(true) < $end && usleep(1000) === null);
		@unlink($calm);
		return [$left, $since];
	}

	/* Seconds after which a remaining hint will not be replayed any more: late writes have ended, and every key was
	 * read. What a host has sent that is gone since, other hosts await for longer; by now all hosts have ended. */
	private function patience(): float
	{
		return ($this->setup->apart || $this->setup->has('reboots') ? self::LATE_ELSEWHERE : 4) + 2 * $this->setup->timeout / 1000;
	}

	private function isPatienceOver(Subject $subject, float $changed): bool
	{
		return $subject->isUp() && (microtime(true) - $changed > $this->patience() || ($this->left && $subject->hints() <= $this->left));
	}

	/* @param string[] $keys
	 * Reads the keys one by one, too, because get() and getMulti() differ in the engine. */
	private function lookAtAll(Subject $subject, array $keys): void
	{
		foreach (array_chunk($keys, 200) as $some) {
			$subject->getMulti($some);
		}
		foreach ($keys as $key) {
			if (Family::of($key) !== 'many' || mt_rand(0, 9) === 0) {
				$subject->get($key);
			}
		}
	}

	/* @return string[] all of the round's keys, without sessions */
	private function keys(): array
	{
		if ($this->setup->registers) {
			return Keys::registers($this->setup);
		}
		$keys = Family::everything($this->setup);
		if ($this->setup->has('plain')) {
			array_push($keys, ...Keys::registers($this->setup), ...Keys::named('counter', Keys::COUNTERS),
				...Keys::named('swapped', Keys::SWAPPED), ...Keys::named('lock', Keys::LOCKS));
		}
		for ($seat = 0; $seat < $this->setup->workers && $this->setup->has('logs'); $seat++) {
			array_push($keys, ...LogHabit::keys($seat));
		}
		return $keys;
	}

	/* Runs $do in a separate process with a separate history. */
	private function asWorker(callable $do): void
	{
		$name = 'w' . ++$this->started;
		$process = self::fork(fn() => $do(new Worker($this->setup, $name, 0)));
		pcntl_waitpid($process, $status);
	}

	private function stop(): string
	{
		foreach (array_keys($this->workers) as $process) {
			$this->endProcess($process);
			$this->forget($process);
		}
		if ($this->metronome) {
			$this->endProcess($this->metronome);
			$this->metronome = null;
		}
		return 'stopped';
	}

	/* Reads all keys once more. Also increments the counters once more: a killed process may have changed only some
	 * copies of a counter, and the next increment makes the copies equal. */
	private function finish(): string
	{
		$this->asWorker(fn(Worker $worker) => $worker->lookAtAll());
		return 'finished';
	}
}

if (isset($argv[2])) { /* a worker that has left its host */
	Host::work(Setup::parse($argv[1]), $argv[2], (int) $argv[3], (int) $argv[4]);
} else {
	(new Host(Setup::parse($argv[1])))->run();
}
