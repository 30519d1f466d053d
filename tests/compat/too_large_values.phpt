--TEST--
After a set that a server refuses as too large the old value is gone, as with pecl memcached; a session keeps its old data
--SKIPIF--
<?php
$needs = ['memcached', 'pecl-memcached', 'igbinary'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--EXTENSIONS--
igbinary
--FILE--
<?php
require __DIR__ . '/drop_in.inc';

const CALLS = <<<'PHP'
	$client = new Memcached();
	$client->setOption(Memcached::OPT_COMPRESSION, false);
	$client->setOption(Memcached::OPT_BINARY_PROTOCOL, (bool) $argv[3]);
	$client->addServer($argv[1], (int) $argv[2]);
	$huge = str_repeat('value ', 1 << 18);
	$calls = ['set' => fn() => $client->set('key', $huge), 'setByKey' => fn() => $client->setByKey('server', 'key', $huge), 'add' => fn() => $client->add('key', $huge), 'replace' => fn() => $client->replace('key', $huge),
		'append' => fn() => $client->append('key', $huge), 'cas' => fn() => $client->cas($client->get('key', null, Memcached::GET_EXTENDED)['cas'], 'key', $huge)];
	foreach ($calls as $name => $call) {
		$client->set('key', 'old');
		$said = json_encode($call());
		echo "$name: $said ", $client->getResultCode() === Memcached::RES_E2BIG ? 'too large' : $client->getResultMessage(), ', then ', json_encode($client->get('key')), "\n";
	}
	$client->setMulti(['a' => 'old', 'key' => 'old', 'b' => 'old']);
	$client->setMulti(['a' => 'new', 'key' => $huge, 'b' => 'new']);
	echo json_encode($client->getMulti(['a', 'key', 'b'])), "\n";
	PHP;
$cluster = new Cluster(1);
foreach ([0, 1] as $binary) {
	both_say(CALLS, ['127.0.0.1', $cluster->nodes[0]->number, $binary], <<<'TEXT'
		set: false too large, then false
		setByKey: false too large, then false
		add: false too large, then "old"
		replace: false too large, then "old"
		append: false too large, then "old"
		cas: false too large, then "old"
		{"a":"new","b":"new"}

		TEXT, 'results and the value afterwards');
}

/* A node that was down during the refused set does not bring the old value back. */
const NODE_DOWN = <<<'PHP'
	$client = new Memcached();
	$client->setOptions([Memcached::OPT_COMPRESSION => false, Memcached::OPT_RETRY_TIMEOUT => 1]);
	$client->addServers(json_decode($argv[1]));
	$keys = array_map(fn($i) => "key$i", range(1, 20));
	$all = fn(string $value) => array_filter(array_map(fn($key) => $client->set($key, $value), $keys));
	echo count($all('old')), "\n";
	fgets(STDIN);
	$before = count($client->getMulti($keys)); /* all old values */
	$refused = array_filter(array_map(fn($key) => !$client->set($key, str_repeat('value ', 1 << 18)) && $client->getResultCode() === Memcached::RES_E2BIG, $keys));
	echo $before, ' ', count($refused), ' ', count($client->getMulti($keys)), "\n";
	fgets(STDIN);
	do {
		usleep(10000);
		$client->set('probe', 1);
		$up = count(array_filter((array) @$client->getVersion(), fn($version) => $version !== '255.255.255'));
	} while ($up < 3);
	echo count($client->getMulti($keys)), "\n";
	PHP;
$cluster = new Cluster(3);
$child = new Child(NODE_DOWN, [json_encode(array_map(fn(Node $node) => [$node->host, $node->number], $cluster->nodes))],
	['mcha.compat' => 'memcached', 'mcha.connect_timeout' => 10000, 'mcha.operation_timeout' => 3000]);
is($child->hear(), '20', 'the child has written all old values');
$cluster->stop(1);
$child->tell('it is stopped');
is($child->hear(), '20 20 0', 'the child reads all old values, each new value is refused for its size, and no old value is left');
$cluster->cont(1);
$child->tell('it goes on');
is($child->hear(), '0', 'no old value comes back with the node');
$child->finish();

/* Sessions. */
const SITE = <<<'PHP'
	ini_set('session.use_cookies', '0');
	ini_set('session.cache_limiter', '');
	ini_set('session.save_handler', 'memcached');
	ini_set('session.save_path', $argv[1]);
	foreach ([fn() => $_SESSION['cart'] = 'full', fn() => $_SESSION['more'] = str_repeat('value ', 1 << 18), fn() => print($_SESSION['cart'] ?? 'lost')] as $visit) {
		session_id('abcdefghijklmnopqrstuvwxyz');
		session_start();
		$visit();
		@session_write_close();
	}
	PHP;
is(run_php(SITE, [$cluster->servers()], ['mcha.compat' => 'memcached', 'mcha.connect_timeout' => 10000, 'mcha.operation_timeout' => 40000]), 'full', 'a session that became too large keeps its old data');

done();
?>
--EXPECT--
done
