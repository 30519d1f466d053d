--TEST--
PHP-FPM that is restarted while a node hangs brings back no old and no deleted value
--SKIPIF--
<?php
$needs = ['memcached', 'php-fpm'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const KEYS = 300;
$script = <<<'PHP'
	<?php
	$client = new McHA();
	[$old, $back, $failed] = [0, 0, 0];
	for ($i = (int) $_GET['from']; $i < 300; $i += 2) {
		if ($_GET['do'] === 'write') {
			$failed += !$client->set("value$i", 'new') + !$client->delete("gone$i");
		} else {
			$old += $client->get("value$i") !== 'new';
			$back += $client->get("gone$i") !== false;
		}
	}
	echo "$old old, $back back, $failed failed";
	PHP;

/* Two requests at once: one has the even keys, the other one the odd ones. */
function ask_both(Fpm $fpm, string $do): array
{
	$requests = array_map(fn($from) => $fpm->send("/?do=$do&from=$from"), [0, 1]);
	return array_map(fn($request) => $request->answer(), $requests);
}

$folder = new Folder();
$cluster = new Cluster(3);
$ini = ['mcha.servers' => $cluster->servers(), 'mcha.shared_memory' => "$folder->path/memory", 'mcha.connect_timeout' => 10000,
	'mcha.operation_timeout' => 12000];
$client = $cluster->client();
for ($i = 0; $i < KEYS; $i++) {
	$client->set("value$i", 'old');
	$client->set("gone$i", 'old');
}
$right = ['0 old, 0 back, 0 failed', '0 old, 0 back, 0 failed'];
$cluster->stop(2);
$fpm = new Fpm($script, 2, $ini);
is(ask_both($fpm, 'write'), $right, 'all writes succeed while the node hangs');
$fpm->end();
$cluster->cont(2);
$fpm = new Fpm($script, 2, $ini);
is(ask_both($fpm, 'read'), $right, 'the workers of another PHP-FPM read what was written');
$fpm->end();
is(ask_php('$client = new McHA(); $all = []; for ($i = 0; $i < 300; $i++) { $all[] = $client->get("value$i"); '
	. '$all[] = $client->get("gone$i"); } echo json_encode(array_count_values(array_map("json_encode", $all)));', [], $ini),
	['"new"' => KEYS, 'false' => KEYS], 'so does a process of the command line');

done();
?>
--EXPECT--
done
