--TEST--
Without APCu, or where APCu is disabled, mcha.near_cache=apcu changes nothing
--SKIPIF--
<?php $needs = ['memcached']; require dirname(__DIR__) . '/lib/skip.inc'; if (!has_extensions(['apcu'])) die('skip apcu is not there'); ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

const VISIT_IT = <<<'CODE'
	set_error_handler(function (int $level, string $message) { echo "$message\n"; return true; });
	%s
	$client = new McHA(null, null, $argv[1]);
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	echo json_encode([$client->set('key', 'value'), $client->get('key'), $client->increment('n', 1, 1), $client->touch('key', 100), $client->delete('n'),
		$client->getMulti(['key', 'none']), $client->set('kept', 1), $client->getLastReplication()['local']]), "\n";
	$client->setOption(McHA::OPT_NEAR_CACHE_FRESH, 0);
	fgets(STDIN);
	echo json_encode([$client->get('kept'), $client->getResultCode() === McHA::RES_SUCCESS]), "\n";
	CODE;
$with_nodes = '[true,"value",1,true,true,{"key":"value"},true,[]]';
$apcu = ['extension' => 'apcu', 'apc.enable_cli' => 1];
$without = '[false,false]';
$cases = [
	'not loaded' => [[], '', $without],
	'not enabled for the command line' => [['apc.enable_cli' => 0] + $apcu, '', $without],
	'not enabled' => [['apc.enabled' => 0] + $apcu, '', $without],
	'its functions disabled' => [['disable_functions' => 'apcu_enabled'] + $apcu, '', $without],
	'some of its functions disabled' => [['disable_functions' => 'apcu_cas,apcu_fetch'] + $apcu, '', $without],
	'its writing functions disabled' => [['disable_functions' => 'apcu_store,apcu_delete'] + $apcu, '', $without],
	'foreign functions with APCu\'s names' => [[], 'function apcu_enabled() { echo "called\n"; return true; } function apcu_fetch() { echo "called\n"; }
		function apcu_store() { echo "called\n"; } function apcu_delete() { echo "called\n"; } function apcu_cas() { echo "called\n"; }', $without],
	'there' => [$apcu, '', '[1,true]'],
];
foreach ($cases as $name => [$ini, $code, $expected]) {
	$cluster = new Cluster(2);
	$child = new Child(sprintf(VISIT_IT, $code), [$cluster->servers()], $ini + ['mcha.near_cache' => 'apcu', 'mcha.near_cache_fresh' => 100, 'mcha.retry_interval' => 0]);
	is(preg_replace('/\{"key":[0-9.e-]+\}/', '[]', (string) $child->hear()), $with_nodes, "$name: every operation succeeds");
	kill_all($cluster);
	$child->tell('dead');
	is($child->hear(), $expected, "$name: without nodes");
	is($child->finish(), '', "$name: no error output");
}

done();
?>
--EXPECT--
done
