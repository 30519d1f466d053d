<?php
/* SPDX-License-Identifier: MIT */
/* Measures the tools that go through all keys of a large pool. Run it by bench/tools. */

require dirname(__DIR__) . '/tests/command_line/mcha.inc';

const BATCH = 1000;
const LIFE = 86400;
const MEMORY = ['arguments' => ['-m', '2048', '-o', 'hashpower=20']];

/* Writes and deletes keys that no other writer has until it is told to end, and says what each of these keys has then. The
 * outcome of a write that failed is not known: such a key is left out. */
const WRITER = <<<'PHP'
	[, $servers, $keys, $number, $writers] = $argv;
	$client = new McHA(null, null, $servers);
	$state = [];
	stream_set_blocking(STDIN, false);
	for ($writes = 0; fgets(STDIN) === false; $writes++) {
		$i = $number + $writers * mt_rand(0, intdiv($keys, $writers) - 1);
		$value = mt_rand(0, 4) ? str_pad("writer $number wrote $writes ", 100, '.') : null;
		$done = $value === null ? $client->delete("key$i") || $client->getResultCode() === McHA::RES_NOTFOUND : $client->set("key$i", $value, 86400);
		$state[$i] = $done ? [$value] : null;
		usleep(200);
	}
	fwrite(STDOUT, serialize([$writes, $state]));
	PHP;

function value_of(int $i): string
{
	return str_pad("value of $i ", 100, '.');
}

/* Runs a command of mcha; returns its JSON, its seconds and its greatest memory in MiB. */
function run_tool(CommandLine $mcha, string ...$words): array
{
	$began = hrtime(true);
	[$process, $output, $errors] = $mcha->start(...[...$words, '--json']);
	$memory = 0;
	while ($process->isRunning()) {
		if (preg_match('/^VmHWM:\s+(\d+)/m', (string) @file_get_contents("/proc/$process->pid/status"), $found)) {
			$memory = (int) $found[1]; // the last one: before exec() it is that of this process
		}
		usleep(100000);
	}
	$seconds = (hrtime(true) - $began) / 1e9;
	$said = json_decode(file_get_contents($output), true);
	if ($process->wait() !== 0 || !is_array($said)) {
		throw new RuntimeException(implode(' ', $words) . ': ' . file_get_contents($errors) . file_get_contents($output));
	}
	return [$said, $seconds, $memory / 1024];
}

/* The keys that do not have what the writers say. */
function find_wrong(McHA $client, int $keys, array $state): array
{
	$wrong = [];
	for ($from = 0; $from < $keys; $from += BATCH) {
		$numbers = range($from, min($keys, $from + BATCH) - 1);
		$values = $client->getMulti(array_map(fn(int $i) => "key$i", $numbers));
		foreach ($numbers as $i) {
			$right = array_key_exists($i, $state) ? $state[$i] : [value_of($i)];
			if ($right !== null && ($values["key$i"] ?? null) !== $right[0]) {
				$wrong[] = "key$i";
			}
		}
	}
	return $wrong;
}

function refuse(string $what, array $wrong): void
{
	if ($wrong) {
		throw new RuntimeException("$what: " . count($wrong) . ' keys are wrong, for instance ' . implode(', ', array_slice($wrong, 0, 5)));
	}
}

function say(string $words): void
{
	fwrite(STDERR, date('H:i:s ') . "$words\n");
}

$options = getopt('', ['keys:', 'writers:']) + ['keys' => 1000000, 'writers' => 2];
[$keys, $writers] = [(int) $options['keys'], (int) $options['writers']];
$folder = new Folder();
$cluster = new Cluster(3, MEMORY);
$client = $cluster->client();
say("storing $keys keys");
for ($from = 0; $from < $keys; $from += BATCH) {
	$values = [];
	for ($i = $from; $i < min($keys, $from + BATCH); $i++) {
		$values["key$i"] = value_of($i);
	}
	$client->setMulti($values, LIFE) ?: throw new RuntimeException($client->getLastErrorMessage());
}

$hosts = [];
for ($i = 0; $i < $writers; $i++) {
	$hosts[] = new Child(WRITER, [$cluster->servers(), $keys, $i, $writers], ['mcha.retry_interval' => 100, 'memory_limit' => -1]);
}
$cluster->restart(0);
$client->get('key0');
$ini = ['mcha.operation_timeout' => 1000, 'mcha.connect_timeout' => 1000];
$mcha = new CommandLine($cluster->servers(), $ini);
say('mcha resync');
[$said, $seconds, $memory] = run_tool($mcha, 'resync', $cluster->name(0), "--state=$folder->path");
$rows = [['resync of an empty node, while ' . $writers . ' clients write', $said['stored'], $seconds, $memory]];
[$state, $writes] = [[], 0];
foreach ($hosts as $host) {
	$host->tell('end');
	[$count, $of] = unserialize($host->finish());
	$state += $of;
	$writes += $count;
}
refuse('after resync', find_wrong($client, $keys, $state));
say('mcha check');
[$said, $seconds, $memory] = run_tool($mcha, 'check', '--values');
$rows[] = ['check --values', $said['keys'], $seconds, $memory];
say('mcha dump');
[$said, $seconds, $memory] = run_tool($mcha, 'dump', "$folder->path/pool.dump");
$rows[] = ['dump', filesize("$folder->path/pool.dump"), $seconds, $memory];

$other = new Cluster(5, MEMORY);
say('mcha restore');
$mcha = new CommandLine($other->servers(), ['mcha.number_of_replicas' => 2] + $ini);
[$said, $seconds, $memory] = run_tool($mcha, 'restore', "$folder->path/pool.dump");
$rows[] = ['restore into five nodes, three copies of each key', $said['stored'], $seconds, $memory];
refuse('after restore', find_wrong($other->client([McHA::OPT_NUMBER_OF_REPLICAS => 2]), $keys, $state));
say('mcha check');
[$said, $seconds, $memory] = run_tool($mcha, 'check', '--values');
$rows[] = ['check --values there', $said['keys'], $seconds, $memory];

echo "$keys keys of 100 bytes, memcached ", current($client->getVersion()), ", $writes writes and deletions meanwhile: no copy was old or missing.\n\n";
echo "| mcha | keys, or bytes | seconds | memory at most, MiB |\n|---|---:|---:|---:|\n";
foreach ($rows as [$what, $count, $seconds, $memory]) {
	printf("| %s | %s | %.0f | %.0f |\n", $what, number_format($count, 0, '.', ' '), $seconds, $memory);
}
