--TEST--
Pools do not see each other's local copies, sessions have none, and pools that grow keep theirs
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
is(local($a), ['key'], 'from here');
is($b->get('key'), 'of two', 'the other pool');
is(local($b), ['key'], 'its own');
$b->delete('key');
is($b->get('key'), false, 'deleted there');
is($a->get('key'), 'of one', 'here it is still');
$b->flush();
is($a->get('key'), 'of one', 'flushed there');
is(local($a), ['key'], 'here it is still');

/* One pool, two applications. */
$prefixed = $one->client([McHA::OPT_PREFIX_KEY => 'app.']);
is($prefixed->get('key'), false, 'another prefix, another key');
$prefixed->set('key', 'of the app');
is($a->get('key'), 'of one', 'and both');
is($prefixed->get('key'), 'of the app', 'their own');
$a->flush();
is($prefixed->get('key'), false, 'the nodes are flushed for all');
is($a->get('key'), false, 'of them');

/* Another placement of the same servers is another pool where it leads elsewhere. */
$wide = new Cluster(8);
$ketama = $wide->client();
$modula = $wide->client([McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_MODULA, McHA::OPT_NUMBER_OF_REPLICAS => 0]);
for ($i = 0; $wide->preference($ketama, "k$i")[0] === $wide->preference($modula, "k$i")[0] || in_array($wide->preference($modula, "k$i")[0],
	array_slice($wide->preference($ketama, "k$i"), 0, 2)); $i++) {
}
$ketama->set("k$i", 'by ketama');
is($modula->get("k$i"), false, 'it is not there');
$modula->set("k$i", 'by modula');
is([$ketama->get("k$i"), $modula->get("k$i")], ['by ketama', 'by modula'], 'each has its own');
is([local($ketama), local($modula)], [["k$i"], ["k$i"]], 'from here');

/* Keys that stay where they are keep their copies. */
$more = new Cluster(3);
$small = new McHA();
$large = $more->client();
foreach ([0, 1] as $node) {
	$small->addServer($more->nodes[$node]->host, $more->nodes[$node]->number);
}
$stays = $more->keyLedBy($large, 1);
$small->set($stays, 'there');
is($large->get($stays), 'there', 'a pool that has grown');
is(local($large), [$stays], 'keeps the copy');
$moves = $more->keyLedBy($large, 2);
$small->set($moves, 'there');
$large->get($moves);
is(local($large), [], 'not that of a key that has moved');

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
is(iterator_count(new APCUIterator('/^mcha:/')), 0, 'leaves nothing here');
kill_all($one);
session_id($id);
is(@session_start(), false, 'and is not to be had without nodes');
ob_end_flush();

done();
?>
--EXPECT--
done
