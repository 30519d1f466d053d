<?php
/* Mutation testing of the fault rig. Each mutation is a deliberate bug in a copy of the source tree: the copy is
 * built, and the fault rig has a minute to find a violation. The engine without a mutation comes first, and must
 * pass. Unit tests are not run.
 *
 *   tests/fault/mutations                  all of tests/fault/mutations.d
 *   tests/fault/mutations NAME …           these (files of mutations.d; "none" is the engine as it is)
 *   --seconds N      for each mutation (60), in several rounds
 *   --seed N         of the first round (1)
 *   --memcached PATH another memcached than the first on the PATH
 *   --run OPTIONS    more options of tests/fault/run, in one word
 *   --check          only applies each mutation, and names those that do not fit the sources any more
 *   --keep FILE      appends the rig's output to this file
 *
 * A mutation is a file of lines "name: text": a title, and one or more changes. A change is a file, a function
 * (optional; otherwise the whole file), the text to find, which must occur there exactly once, and the text to put
 * in its place.
 *
 * Exit code 1: the engine without a mutation did not pass, or a mutation does not apply or build, or the rig caught
 * fewer than LEAST. */

final class Mutation
{
	public string $title = '';
	/** @var array<int, array<string, string>> */
	private array $changes = [];

	public function __construct(public readonly string $name, string $path)
	{
		foreach (file($path, FILE_IGNORE_NEW_LINES) as $line) {
			[$field, $text] = explode(': ', $line, 2);
			match ($field) {
				'title' => $this->title = $text,
				'file' => $this->changes[] = ['file' => $text],
				'function', 'find', 'put' => $this->changes[array_key_last($this->changes)][$field] = $text,
			};
		}
	}

	/* Changes the files in this folder. @return array<string, string> path => contents before the change */
	public function apply(string $folder): array
	{
		$originals = [];
		foreach ($this->changes as $change) {
			$path = "$folder/$change[file]";
			$text = file_get_contents($path);
			$originals[$path] ??= $text;
			file_put_contents($path, $this->changed($text, $change));
		}
		return $originals;
	}

	private function changed(string $text, array $change): string
	{
		[$from, $length] = isset($change['function']) ? $this->place($text, $change) : [0, strlen($text)];
		$part = substr($text, $from, $length);
		if (substr_count($part, $change['find']) !== 1) {
			throw new RuntimeException("$this->name: \"$change[find]\" is " . substr_count($part, $change['find'])
				. " times in $change[file]" . (isset($change['function']) ? ", $change[function]()" : ''));
		}
		return substr_replace($text, str_replace($change['find'], $change['put'], $part), $from, $length);
	}

	/* The offset and the length of the function. @return array{int, int} */
	private function place(string $text, array $change): array
	{
		$name = preg_quote($change['function'], '/');
		$count = preg_match_all("/^\\w[^;{}]*?\\b$name\\([^;{}]*\\)\\n\\{.*?^\\}\\n/ms", $text, $found, PREG_OFFSET_CAPTURE);
		if ($count !== 1) {
			throw new RuntimeException("$this->name: $change[file] has $count functions $change[function]()");
		}
		return [$found[0][0][1], strlen($found[0][0][0])];
	}
}

final class Mutations
{
	const LEAST = 10;
	const ROUND = 14; /* seconds: several rounds meet more than one long one */

	private string $copy = '';
	private array $settings = ['seconds' => '60', 'seed' => '1', 'memcached' => '', 'run' => '', 'keep' => ''];

	/** @param string[] $words */
	public function run(array $words): int
	{
		$names = [];
		$checks = false;
		while (($word = array_shift($words)) !== null) {
			if ($word === '--check') {
				$checks = true;
			} elseif (isset($this->settings[substr($word, 2)]) && $words) {
				$this->settings[substr($word, 2)] = array_shift($words);
			} else {
				$names[] = $word;
			}
		}
		$all = array_map(basename(...), glob(__DIR__ . '/mutations.d/*'));
		if ($unknown = array_diff($names, [...$all, 'none'])) {
			fwrite(STDERR, 'tests/fault/mutations: there is no ' . implode(', ', $unknown) . "\n");
			return 2;
		}
		$this->copy = rtrim((string) shell_exec('mktemp -d'));
		register_shutdown_function(fn() => shell_exec('rm -rf ' . escapeshellarg($this->copy)));
		return $checks ? $this->checkAll($names ?: $all) : $this->tryAll($names ?: ['none', ...$all]);
	}

	/** @param string[] $names */
	private function checkAll(array $names): int
	{
		$root = escapeshellarg(dirname(__DIR__, 2));
		self::execute("cd $root && cp --parents -r engine glue classic *.c *.h " . escapeshellarg($this->copy));
		$bad = 0;
		foreach ($names as $name) {
			try {
				$originals = self::mutation($name)->apply($this->copy);
				array_map('file_put_contents', array_keys($originals), $originals);
			} catch (RuntimeException $exception) {
				echo $exception->getMessage(), "\n";
				$bad++;
			}
		}
		return $bad ? 1 : 0;
	}

	/** @param string[] $names */
	private function tryAll(array $names): int
	{
		$root = escapeshellarg(dirname(__DIR__, 2));
		self::execute("cd $root && git ls-files -co --exclude-standard | while read -r file; do [ -f \"\$file\" ] && printf '%s\\n' \"\$file\"; done"
			. ' | tar -cf - -T - | tar -xf - -C ' . escapeshellarg($this->copy));
		self::execute("cd $this->copy && scripts/build");
		$caught = $failed = 0;
		$mutations = 0;
		foreach ($names as $name) {
			$found = $this->tryOne($name);
			if ($name === 'none' || $found === null) {
				$failed += $found !== false;
			} else {
				$caught += $found;
			}
			$mutations += $name !== 'none';
		}
		echo "$caught of $mutations mutations caught by the rig\n";
		return $failed || ($mutations > self::LEAST && $caught < self::LEAST) ? 1 : 0;
	}

	/* Whether the rig caught the mutation. Null: the mutation does not apply or build. */
	private function tryOne(string $name): ?bool
	{
		$mutation = $name === 'none' ? null : self::mutation($name);
		printf('%-34s ', $mutation?->title ?? '(the engine as it is)');
		$originals = [];
		try {
			$originals = $mutation?->apply($this->copy) ?? [];
			self::execute("cd $this->copy && make -j2");
			[$found, $after] = $this->watch($name);
			echo $found === null ? "nothing seen\n" : sprintf("%s after %d s: %s\n", $mutation ? 'caught' : 'VIOLATED', $after, $found);
			return $found !== null;
		} catch (RuntimeException $exception) {
			echo $exception->getMessage(), "\n";
			return null;
		} finally {
			array_map('file_put_contents', array_keys($originals), $originals);
		}
	}

	/* The kinds of violations of the first round that has any (null: none has), and the seconds until then.
	 * @return array{?string, int} */
	private function watch(string $name): array
	{
		$seed = (int) $this->settings['seed'];
		$memcached = $this->settings['memcached'] === '' ? '' : ' --memcached ' . escapeshellarg($this->settings['memcached']);
		for ($start = time(); time() - $start < (int) $this->settings['seconds']; $seed++) {
			$seconds = max(4, min(self::ROUND, (int) $this->settings['seconds'] - (time() - $start)));
			$said = (string) shell_exec("$this->copy/tests/fault/run --seed $seed --seconds $seconds$memcached {$this->settings['run']} 2>&1");
			if ($this->settings['keep'] !== '') {
				file_put_contents($this->settings['keep'], "=== $name\n$said", FILE_APPEND);
			}
			if (preg_match_all('/^  (?!again)([a-z]+) +(\d+)$/m', $said, $found)) {
				return [implode(', ', array_map(fn($kind, $count) => "$kind $count", $found[1], $found[2])), time() - $start];
			}
			if (!str_contains($said, ' violations') && !str_contains($said, 'void')) {
				return ['the rig ended: ' . substr($said, -300), time() - $start];
			}
		}
		return [null, time() - $start];
	}

	private static function mutation(string $name): Mutation
	{
		return new Mutation($name, __DIR__ . "/mutations.d/$name");
	}

	private static function execute(string $command): void
	{
		exec("($command) 2>&1", $output, $status);
		if ($status) {
			throw new RuntimeException('failed: ' . implode("\n", array_slice($output, -20)));
		}
	}
}

exit((new Mutations())->run(array_slice($argv, 1)));
