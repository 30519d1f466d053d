<?php
/* One client of bench/compare.php: reads "WORKLOAD COUNT" a line, does it, and answers with the microseconds that it
 * took, or with what went wrong. $argv: 2 the client, 3 its argument, 4 the servers. */

function mcha_client(string $servers, int $copies): object
{
	$client = new McHA(null, null, $servers);
	$client->setOptions([McHA::OPT_NUMBER_OF_REPLICAS => $copies - 1, McHA::OPT_COMPRESSION => false]);
	return $client;
}

function memcached_client(string $servers, int $binary): object
{
	$client = new Memcached();
	$client->setOptions([Memcached::OPT_BINARY_PROTOCOL => (bool) $binary, Memcached::OPT_TCP_NODELAY => true,
		Memcached::OPT_LIBKETAMA_COMPATIBLE => true, Memcached::OPT_COMPRESSION => false]);
	foreach (explode(',', $servers) as $server) {
		[$host, $port] = explode(':', $server);
		$client->addServer($host, (int) $port);
	}
	return $client;
}

/* pecl memcache takes arrays where the others have methods for many keys. */
function memcache_client(string $servers): object
{
	$client = new class extends MemcachePool {
		public function setMulti(array $items): bool
		{
			return $this->set($items);
		}

		public function getMulti(array $keys): mixed
		{
			return $this->get($keys);
		}
	};
	foreach (explode(',', $servers) as $server) {
		[$host, $port] = explode(':', $server);
		$client->addServer($host, (int) $port);
	}
	return $client;
}

/* What a workload needs, in front of the clock. */
function prepare(object $client, string $workload, int $count, string $value, array $items): void
{
	match ($workload) {
		'get' => $client->set('bench', $value),
		'increment' => $client->set('bench:n', 1),
		'getMulti' => $client->setMulti($items),
		'delete' => array_map(fn($i) => $client->set("bench:$i", 'x'), range(0, $count - 1)),
		default => null,
	};
}

/* True: all of them did what they should. (pecl memcache with redundancy may say of a deletion that it failed, because
 * of the copies that were not there to delete: it is not held to it.) */
function run(object $client, string $workload, int $count, string $value, array $items): bool
{
	$good = 0;
	$keys = array_map('strval', array_keys($items));
	switch ($workload) {
		case 'set':
			for ($i = 0; $i < $count; $i++) {
				$good += $client->set('bench', $value);
			}
			break;
		case 'get':
			for ($i = 0; $i < $count; $i++) {
				$good += $client->get('bench') === $value;
			}
			break;
		case 'delete':
			for ($i = 0; $i < $count; $i++) {
				$good += $client->delete("bench:$i") || $client instanceof MemcachePool;
			}
			break;
		case 'increment':
			for ($i = 0; $i < $count; $i++) {
				$good += $client->increment('bench:n') === $i + 2;
			}
			break;
		case 'setMulti':
			for ($i = 0; $i < $count; $i++) {
				$good += $client->setMulti($items);
			}
			break;
		case 'getMulti':
			for ($i = 0; $i < $count; $i++) {
				$good += count($client->getMulti($keys)) === count($keys);
			}
	}
	return $good === $count;
}

$client = ("$argv[2]_client")($argv[4], (int) $argv[3]);
$value = str_repeat('0123456789abcdef', 32);
$items = array_combine(array_map(fn($i) => "bench:many:$i", range(0, 99)), array_fill(0, 100, $value));
echo "ready\n";
while ($line = fgets(STDIN)) {
	[$workload, $count] = explode(' ', trim($line));
	prepare($client, $workload, (int) $count, $value, $items);
	$begin = hrtime(true);
	$good = run($client, $workload, (int) $count, $value, $items);
	$end = hrtime(true);
	echo $good ? ($end - $begin) / 1000 : 'it did not do what it should', "\n";
}
