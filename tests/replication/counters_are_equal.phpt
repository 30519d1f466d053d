--TEST--
All copies of a counter are equal, also after several clients counted at the same time
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 2]);
$client->setMulti(['a' => 0, 'b' => 2000, 'c' => 0]);
$code = '
	$client = new McHA(null, null, $argv[1]);
	$client->setOptions([McHA::OPT_NUMBER_OF_REPLICAS => 2, McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	echo "ready\n";
	fgets(STDIN);
	for ($i = 0; $i < 400; $i++) {
		$client->increment("a");
		$client->decrement("b", 1);
		$client->increment("c", 3);
	}
	for ($i = 0; $i < 500; $i++) {
		$client->increment("new$i", 1, 1);
	}';
$rivals = array_map(fn() => new Child($code, [$cluster->servers()]), range(1, 3));
foreach ($rivals as $rival) {
	is($rival->hear(), 'ready', 'ready');
}
foreach ($rivals as $rival) {
	$rival->tell('go');
}
foreach ($rivals as $rival) {
	is($rival->finish(), '', 'the other client reports no error');
}
foreach (['a' => '1200', 'b' => '800', 'c' => '3600'] as $key => $number) {
	is(array_map('trim', $cluster->copies($key)), [$number, $number, $number], "all copies of $key are equal");
}
for ($i = 0; $i < 500; $i++) {
	is($cluster->copies("new$i"), ['3', '3', '3'], "new$i was created once and then incremented twice");
}

done();
?>
--EXPECT--
done
