--TEST--
A subclass of PHP's SessionHandler can wrap McHA's session handler
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

final class Upside extends SessionHandler
{
	public function read(string $id): string|false
	{
		$data = parent::read($id);
		return $data === false ? false : strrev($data);
	}

	public function write(string $id, string $data): bool
	{
		return parent::write($id, strrev($data));
	}
}
$cluster = new Cluster(3);
use_sessions($cluster);
session_set_save_handler(new Upside(), true);
session_id($id = new_id());
ok(session_start(), 'the session starts');
$_SESSION['a'] = 1;
ok(session_write_close(), 'the session is written');
is(array_values(session_copies($cluster, $id)), [strrev('a|i:1;'), strrev('a|i:1;')], 'the copies have the wrapper\'s format');
session_start();
is($_SESSION, ['a' => 1], 'the session is read');
ok(session_regenerate_id(true), 'session_regenerate_id() succeeds');
session_write_close();
session_start();
is($_SESSION, ['a' => 1], 'the session is read again');
ok(session_destroy(), 'the session is destroyed');
is(items($cluster), 0, 'no item is left');
ob_end_flush();

done();
?>
--EXPECT--
done
