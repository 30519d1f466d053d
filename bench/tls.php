<?php
/* SPDX-License-Identifier: MIT */
/* What TLS costs; bench/tls starts it. */
require dirname(__DIR__) . '/tests/lib/certificates.inc';
require dirname(__DIR__) . '/tests/lib/cluster.inc';
require __DIR__ . '/statistics.inc';

const SECONDS = 0.25; /* of a measurement */

/* How often in a second $work runs. */
function rate(callable $work): float
{
	$work();
	$begin = hrtime(true);
	$end = $begin + (int) (1e9 * SECONDS);
	for ($count = 0; hrtime(true) < $end; $count++) {
		$work();
	}
	return 1e9 * $count / (hrtime(true) - $begin);
}

function client(string $pool, Authority $authority): McHA
{
	$client = new McHA(null, null, $pool);
	$client->setOptions([McHA::OPT_NUMBER_OF_REPLICAS => 0, McHA::OPT_COMPRESSION => false, McHA::OPT_TLS => ['ca' => $authority->path],
		McHA::OPT_CONNECT_TIMEOUT => 5000, McHA::OPT_OPERATION_TIMEOUT => 10000]);
	return $client;
}

$authority = new Authority();
$tls = new Cluster(1, ['tls' => $authority->issue()]);
$plain = new Cluster(1);
$folder = new Folder();
$port = new Port();
file_put_contents("$folder->path/stunnel", "foreground = yes\npid =\n[node]\nclient = yes\naccept = 127.0.0.1:$port->number\nconnect = {$tls->name(0)}\n"
	. "CAfile = $authority->path\nverifyChain = yes\n");
$stunnel = new Process(['stunnel', "$folder->path/stunnel"]);
wait_until(fn() => @stream_socket_client("tcp://127.0.0.1:$port->number"), what: 'stunnel to listen');

$pools = ['plain' => $plain->servers(), 'tls' => $tls->servers(), 'stunnel' => "127.0.0.1:$port->number"];
$clients = array_map(fn(string $pool) => client($pool, $authority), $pools);
$sizes = ['100 bytes' => 100, '10 kB' => 10000, '500 kB' => 500000];
$batch = array_fill_keys(array_map(fn(int $i) => "key$i", range(1, 100)), str_repeat('x', 100));
$works = [];
foreach ($clients as $kind => $client) {
	foreach ($sizes as $name => $size) {
		$value = random_bytes($size);
		$client->set("value$size", $value) || throw new RuntimeException("$kind: {$client->getLastErrorMessage()}");
		$works["get, $name"][$kind] = fn() => $client->get("value$size");
		$works["set, $name"][$kind] = fn() => $client->set("value$size", $value);
	}
	$client->setMulti($batch);
	$works['getMulti of 100'][$kind] = fn() => $client->getMulti(array_keys($batch));
	$works['setMulti of 100'][$kind] = fn() => $client->setMulti($batch);
	$works['connect, get'][$kind] = function () use ($client): void {
		$client->quit();
		$client->get("value100");
	};
}
/* A context of its own for each connection has no session to resume. */
$fresh = client($pools['tls'], $authority);
$works['connect, get']['whole handshake'] = function () use ($fresh): void {
	static $count = 0;
	$fresh->setOption(McHA::OPT_TLS, ['passphrase' => (string) ++$count]);
	$fresh->get("value100");
};

$figures = [];
for ($round = (int) ($argv[1] ?? 15); $round > 0; $round--) {
	foreach ($works as $work => $kinds) {
		foreach ($kinds as $kind => $call) {
			$figures[$work][$kind][] = rate($call);
		}
	}
}
echo "Operations per second, and the ratio to plain text (median, least and greatest of the rounds)\n\n";
echo '| operation | plain | TLS | stunnel | TLS / plain | stunnel / plain |', "\n", '|---|---|---|---|---|---|', "\n";
foreach ($figures as $work => $kinds) {
	$per_second = array_map(fn(array $rates) => (string) round(median($rates)), $kinds);
	$ratio = fn(string $kind) => trim((string) new Spread(ratios($kinds[$kind], $kinds['plain'])));
	echo "| $work | $per_second[plain] | $per_second[tls] | $per_second[stunnel] | {$ratio('tls')} | {$ratio('stunnel')} |\n";
}
$whole = $figures['connect, get']['whole handshake'];
printf("\nNew connections per second: %d with sessions resumed, %d with whole handshakes, %d in plain text\n",
	median($figures['connect, get']['tls']), median($whole), median($figures['connect, get']['plain']));
