<?php
/* SPDX-License-Identifier: MIT */
/* One side of a comparison: runs the cases of a theme against one class and prints for each case "> name" before it
 * runs and a line of JSON after it, and "< a new process" if the next cases need a new process. Arguments: the class,
 * the file of cases, the setting (JSON, see setting() in compare.inc), and how many cases to leave out. */

error_reporting(E_ALL);
ini_set('display_errors', 'stderr');
[, $class, $file, $setting, $skip] = $argv;
$subject = new Subject($class, json_decode($setting, true));
$cases = require $file;
foreach (array_slice($cases, (int) $skip, null, true) as $name => $case) {
	echo "> $name\n";
	echo json_encode($subject->run($case), JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR), "\n";
	if (str_contains($name, 'cannot be read')) {
		echo "< a new process\n"; /* class Memcached may have corrupted its memory, which could crash any later case */
		exit;
	}
}

final class Subject
{
	/** @var array<string> */
	private array $warnings = [];

	public function __construct(public readonly string $class, public readonly array $setting)
	{
		set_error_handler(function (int $level, string $text): bool {
			if (error_reporting() & $level) {
				$this->warnings[] = $this->normalized($text);
			}
			return true;
		});
	}

	/* What the case returned or threw, the client's result code after it, and the warnings. */
	public function run(callable $case): array
	{
		$this->empty();
		$client = $this->client();
		$this->warnings = [];
		try {
			$outcome = ['returned' => $this->describe($case($client, $this))];
		} catch (Throwable $thrown) {
			$outcome = ['threw' => get_class($thrown) . ': ' . $this->normalized($thrown->getMessage())];
		}
		return $outcome + ['result' => $this->result($client), 'warnings' => $this->warnings];
	}

	/* A new client with the setting's servers and options, time limits that no slow machine reaches, and a serializer and a
	 * compression that both have (tests/interchange compares those). */
	public function client(): object
	{
		$client = new $this->class();
		$options = ['OPT_CONNECT_TIMEOUT' => 10000, 'OPT_POLL_TIMEOUT' => 40000, 'OPT_SERIALIZER' => $this->class::SERIALIZER_PHP,
			'OPT_COMPRESSION_TYPE' => $this->class::COMPRESSION_ZLIB];
		foreach ($this->setting['options'] + $options as $name => $value) {
			$client->setOption($this->constant($name), $value);
		}
		foreach ($this->setting['servers'] as [$host, $port]) {
			$client->addServer($host, $port);
		}
		return $client;
	}

	public function constant(string $name): mixed
	{
		return constant("$this->class::$name");
	}

	/* A step within a case: its value and the client's result code after it. */
	public function step(object $client, mixed $value): array
	{
		return [$value, $this->result($client)];
	}

	public function result(object $client): string
	{
		try {
			return $client->getResultCode() . ' ' . $this->normalized($client->getResultMessage());
		} catch (Throwable $thrown) {
			return 'none';
		}
	}

	/* Sends the lines to a server without the extension, and returns the reply. */
	public function raw(int $i, string $lines): string
	{
		$socket = stream_socket_client('tcp://' . implode(':', $this->setting['real'][$i]));
		fwrite($socket, "{$lines}quit\r\n");
		return stream_get_contents($socket);
	}

	/* The reply to "mg" of the first server that has the key; "EN": no server has it. */
	public function look(string $key, string $flags): string
	{
		foreach ($this->setting['real'] as $i => $_) {
			$answer = trim($this->raw($i, "mg $key $flags\r\n"));
			if ($answer !== 'EN') {
				return $answer;
			}
		}
		return 'EN';
	}

	private function empty(): void
	{
		foreach ($this->setting['real'] as $i => $_) {
			if (!str_starts_with($this->raw($i, "flush_all\r\n"), 'OK')) {
				throw new RuntimeException('a server cannot be emptied');
			}
		}
	}

	/* A value in one line, with class names, addresses and CAS tokens replaced, as they always differ. */
	public function describe(mixed $value, string|int $name = ''): string
	{
		if (is_array($value)) {
			$value = $this->setting['sorted'] ? $this->sorted($value) : $value;
			$inner = array_map(fn($key, $inner) => var_export($key, true) . ': ' . $this->describe($inner, $key), array_keys($value), $value);
			return $this->normalized('[' . implode(', ', $inner) . ']');
		}
		if ($name === 'cas') {
			return (is_int($value) && $value !== 0) || (PHP_INT_SIZE === 4 && preg_match('/^\d+$/', (string) $value)) ? 'a token' : var_export($value, true);
		}
		if (is_object($value)) {
			return $this->normalized(get_class($value) . ($value instanceof stdClass ? ' ' . json_encode($value) : ''));
		}
		$text = var_export($value, true);
		return $this->normalized(strlen($text) > 300 ? strlen((string) $value) . ' bytes, ' . md5((string) $value) : $text);
	}

	/* Several servers may answer in any order, so results are sorted. */
	private function sorted(array $values): array
	{
		if (!array_is_list($values)) {
			ksort($values);
		} elseif ($values && array_filter($values, 'is_array') === $values) {
			usort($values, fn($a, $b) => $this->describe($a) <=> $this->describe($b));
		}
		return $values;
	}

	private function normalized(string $text): string
	{
		foreach ($this->setting['real'] as $i => [$host, $port]) {
			$text = str_replace(["$host:$port", (string) $port], ["server$i", "port$i"], $text);
		}
		return addcslashes(preg_replace(["/\\b$this->class\\b/", "/(k{20})k*/"], ["CLASS", "\$1..."], $text), "\0..\37\177..\377");
	}
}
