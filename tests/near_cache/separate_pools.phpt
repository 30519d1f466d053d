--TEST--
Pools do not see each other's near cache copies, sessions have none, and a pool that grows keeps its copies
--EXTENSIONS--
apcu
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
apc.enable_cli=1
mcha.near_cache=apcu
mcha.near_cache_fresh=3600
mcha.near_cache_ttl=3600
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

$one = new Cluster(2);
$two = new Cluster(2);
[$a, $b] = [$one->client(), $two->client()];
$a->set('key', 'of one');
$b->set('key', 'of two');
is($a->get('key'), 'of one', 'the directive is enough');
is(local($a), ['key'], 'the value comes from the near cache');
is($b->get('key'), 'of two', 'the other pool has its own value');
is(local($b), ['key'], 'the value comes from the other pool\'s near cache copy');
$b->delete('key');
is($b->get('key'), false, 'the key is deleted in the other pool');
is($a->get('key'), 'of one', 'the near cache still has the value of the first pool');
$b->flush();
is($a->get('key'), 'of one', 'the other pool is flushed');
is(local($a), ['key'], 'the value comes from the near cache');

/* One pool, two applications with different prefixes. */
$prefixed = $one->client([McHA::OPT_PREFIX_KEY => 'app.']);
is($prefixed->get('key'), false, 'with another prefix the key is missing');
$prefixed->set('key', 'of the app');
is($a->get('key'), 'of one', 'both applications have a value');
is($prefixed->get('key'), 'of the app', 'each prefix has its own copies');
$a->flush();
is($prefixed->get('key'), false, 'flush() of one application empties the nodes, and the near cache, of both');
is($a->get('key'), false, 'no application has a value after flush()');

/* A different distribution over the same servers is a different pool for keys that it places on other nodes. */
$wide = new Cluster(8);
$ketama = $wide->client();
$modula = $wide->client([McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_MODULA, McHA::OPT_NUMBER_OF_REPLICAS => 0]);
for ($i = 0; $wide->preference($ketama, "k$i")[0] === $wide->preference($modula, "k$i")[0] || in_array($wide->preference($modula, "k$i")[0],
	array_slice($wide->preference($ketama, "k$i"), 0, 2)); $i++) {
}
$ketama->set("k$i", 'by ketama');
is($modula->get("k$i"), false, 'the copy of the other distribution is not served');
$modula->set("k$i", 'by modula');
is([$ketama->get("k$i"), $modula->get("k$i")], ['by ketama', 'by modula'], 'each distribution has its own copy');
is([local($ketama), local($modula)], [["k$i"], ["k$i"]], 'both values come from the near cache');

/* When a pool grows, keys whose placement does not change keep their near cache copies. */
$more = new Cluster(3);
$small = new McHA();
$large = $more->client();
foreach ([0, 1] as $node) {
	$small->addServer($more->nodes[$node]->host, $more->nodes[$node]->number);
}
$stays = $more->keyLedBy($large, 1);
$small->set($stays, 'there');
is($large->get($stays), 'there', 'the larger pool serves the copy');
is(local($large), [$stays], 'the value comes from the near cache');
$moves = $more->keyLedBy($large, 2);
$small->set($moves, 'there');
$large->get($moves);
is(local($large), [], 'the copy of a key that moved is not served');

/* Sessions. */
apcu_clear_cache();
use_sessions($one);
session_id($id = new_id());
session_start();
$_SESSION['x'] = 1;
session_write_close();
session_id($id);
session_start(['read_and_close' => true]);
is($_SESSION['x'] ?? null, 1, 'a session');
is(iterator_count(new APCUIterator('/^mcha:/')), 0, 'a session leaves nothing in the near cache');
kill_all($one);
session_id($id);
is(@session_start(), false, 'a session cannot be started without nodes');
ob_end_flush();

done();
?>
--EXPECT--
done
