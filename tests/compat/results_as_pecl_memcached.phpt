--TEST--
McHA's return values, result codes and messages are those of pecl memcached
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$script = <<<'SCRIPT'
	$say = function (string $what, mixed $value) use ($client): void {
		echo str_pad($what, 40), json_encode($value), ' ', $client->getResultCode(), ' ', $client->getResultMessage(), "\n";
	};
	$client->setOption($class::OPT_COMPRESSION, false);
	$say('get of nothing', $client->get('nothing'));
	$say('set', $client->set('key', 'value'));
	$say('get', $client->get('key'));
	$say('add of what is there', $client->add('key', 'other'));
	$say('add', $client->add('added', 'value'));
	$say('replace of nothing', $client->replace('nothing', 'value'));
	$say('replace', $client->replace('key', 'value 2'));
	$say('append to nothing', $client->append('nothing', 'x'));
	$say('append', $client->append('key', 'x'));
	$say('prepend to nothing', $client->prepend('nothing', 'x'));
	$say('prepend', $client->prepend('key', 'x'));
	$token = $client->get('key', null, $class::GET_EXTENDED)['cas'];
	$say('cas', $client->cas($token, 'key', 'value 3'));
	$say('cas with an old token', $client->cas($token, 'key', 'value 4'));
	$say('cas of nothing', $client->cas($token, 'nothing', 'value'));
	$say('get', $client->get('key'));
	$say('touch of nothing', $client->touch('nothing', 100));
	$say('touch', $client->touch('key', 100));
	$say('increment of nothing', $client->increment('nothing'));
	$say('decrement of nothing', $client->decrement('nothing'));
	$client->set('number', 5);
	$say('increment', $client->increment('number', 3));
	$say('decrement', $client->decrement('number', 100));
	$say('get of a number', $client->get('number'));
	$say('delete of nothing', $client->delete('nothing'));
	$say('delete', $client->delete('key'));
	$say('setMulti', $client->setMulti(['a' => 1, 'b' => 2]));
	$say('getMulti', $client->getMulti(['a', 'b', 'nothing']));
	$say('getMulti in order', $client->getMulti(['nothing', 'b', 'a'], $class::GET_PRESERVE_ORDER));
	$say('deleteMulti', $client->deleteMulti(['a', 'nothing']));
	$say('empty key', $client->get(''));
	$say('key with a space', $client->set('a b', 1));
	$say('key with a line end', $client->set("a\r\nb", 1));
	$say('too long a key', $client->get(str_repeat('k', 251)));
	$say('longest key', $client->set(str_repeat('k', 250), 1));
	$say('too large', $client->set('large', random_bytes(2 << 20)));
	$say('flush', $client->flush());
	$say('get after flush', $client->get('added'));
	$client->resetServerList();
	$say('get without servers', $client->get('key'));
	$say('set without servers', $client->set('key', 1));
	$say('getServerByKey without servers', $client->getServerByKey('key'));
SCRIPT;

$cluster = new Cluster(1);
$theirs = run_php('error_reporting(E_ALL & ~E_WARNING); [$class, $client] = ["Memcached", new Memcached()];
	$client->addServer("127.0.0.1", (int) $argv[1]);' . $script, [$cluster->nodes[0]->number], ['display_errors' => 1], Child::PECL_MEMCACHED);
$cluster->restart(0);
error_reporting(E_ALL & ~E_WARNING);
[$class, $client] = ['McHA', $cluster->client()];
ob_start();
eval($script);
$ours = ob_get_clean();
foreach (array_map(null, explode("\n", $ours), explode("\n", $theirs)) as [$our, $their]) {
	is($our, $their, 'the same result');
}

done();
?>
--EXPECT--
done
