<?php
/* Frameworks declare this name in their methods' types. */
class Memcached extends McHA
{
}
