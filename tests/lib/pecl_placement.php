<?php
/* SPDX-License-Identifier: MIT */
/* Where pecl memcached places keys: runs a file of commands, one a line, with the real extension, and prints the results,
 * which hashing_pecl_test.c compares with its own results for the same file.
 *
 *   new application | new ketama HASH | new modula HASH     a new object; the settings that McHA starts with
 *   add HOST PORT WEIGHT                                     addServer()
 *   list HOST PORT WEIGHT [HOST PORT WEIGHT ...]             addServers()
 *   set OPTION VALUE                                         prints "set 1" or "set 0"
 *   prefix [TEXT]
 *   clear                                                    resetServerList()
 *   keys KEY ...                                             prints a server for each key, or "none"
 *
 * Exit code 77: there is no pecl memcached. */
if (!class_exists('Memcached')) {
	exit(77);
}

function create(string $kind, int $hash = 0): Memcached
{
	$memcached = new Memcached();
	if ($kind === 'ketama') {
		$memcached->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
	}
	if ($kind !== 'application') {
		$memcached->setOption(Memcached::OPT_HASH, $hash);
	}
	return $memcached;
}

function server(array|false $server): string
{
	if (!$server) {
		return 'none';
	}
	return $server['host'][0] === '/' ? $server['host'] : "$server[host]:$server[port]";
}

foreach (file($argv[1], FILE_IGNORE_NEW_LINES) as $line) {
	$words = explode(' ', $line);
	$command = array_shift($words);
	switch ($command) {
	case 'new':
		$memcached = create($words[0], (int)($words[1] ?? 0));
		break;
	case 'add':
		$memcached->addServer($words[0], (int)$words[1], (int)$words[2]);
		break;
	case 'list':
		$memcached->addServers(array_map(
			fn(array $server) => [$server[0], (int)$server[1], (int)$server[2]], array_chunk($words, 3)));
		break;
	case 'set':
		echo 'set ', (int)@$memcached->setOption((int)$words[0], (int)$words[1]), "\n";
		break;
	case 'prefix':
		$memcached->setOption(Memcached::OPT_PREFIX_KEY, $words[0] ?? '');
		break;
	case 'clear':
		$memcached->resetServerList();
		break;
	case 'keys':
		echo implode(' ', array_map(fn($key) => server(@$memcached->getServerByKey($key)), $words)), "\n";
		break;
	}
}
