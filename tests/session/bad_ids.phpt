--TEST--
Session ids that make no good keys do no harm
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
visit($cluster, 'good', 'session_start(); $_SESSION["a"] = 1;')->finish();
foreach (['a b', "a\r\nset injected 0 0 1\r\nx", str_repeat('x', 300), "a\x7fb", "a\tb"] as $id) {
	$output = visit($cluster, $id, 'var_dump(@session_start());')->finish();
	foreach ([0, 1] as $node) {
		is($cluster->holds($node, 'injected'), null, 'nothing is injected');
	}
}
is(visit($cluster, 'good', 'session_start(); echo $_SESSION["a"];')->finish(), '1', 'the others go on');

done();
?>
--EXPECT--
done
