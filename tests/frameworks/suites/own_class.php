<?php
/* Frameworks ask for this name in their methods' types. */
class Memcached extends McHA
{
}
