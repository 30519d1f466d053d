--TEST--
The client never sends another request over a connection that failed
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

/* Endless lines and the like fail at once; silent servers fail at the timeout. */
foreach (TROUBLES as $trouble => $rule) {
	$cluster = new Cluster(1);
	$front = new BadServer([$rule + ['match' => '/ bad/']], $cluster->nodes[0]);
	$is_answered = $trouble === 'everything twice'; /* this server replies, so the operations need no short timeout */
	$client = impatient_client([[$front->host, $front->port]], [McHA::OPT_PROTOCOL => 'meta'] + ($is_answered ? [McHA::OPT_OPERATION_TIMEOUT => 40000] : []));
	$good = ['good0' => 'value 0', 'good1' => 'value 1', 'good2' => 'value 2'];
	wait_until(fn() => $client->setMulti($good) && $client->getMulti(array_keys($good)) == $good, what: 'the good values to be stored and read');
	$cluster->raw(0, "set bad-key 0 0 9\r\nbad value\r\n");
	foreach (['get' => fn() => $client->get('bad-key'), 'set' => fn() => $client->set('bad-key', 'x'), 'touch' => fn() => $client->touch('bad-key', 100),
		'getMulti' => fn() => $client->getMulti(['bad-key', 'bad-other', 'bad-third'])] as $name => $ask) {
		$connections = fn() => count($front->seen('/^connect$/'));
		$before = $connections();
		$answer = $ask();
		ok(in_array($answer, $is_answered ? [true, 'bad value', ['bad-key' => 'x']] : [false], true), "$trouble: $name: " . show($answer));
		for ($i = 0; $i < 3; $i++) {
			$value = $client->get("good$i");
			ok($value === "value $i" || (result($client) !== 'RES_SUCCESS' && result($client) !== 'RES_NOTFOUND'), "$trouble: after $name: good$i has its own value: " . show($value));
		}
		wait_until(fn() => $client->get('good0') === 'value 0', what: "$trouble: the client to read from the server again");
		ok($connections() > $before, "$trouble: after $name: the client opened a new connection");
	}
}

done();
?>
--EXPECT--
done
