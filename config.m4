dnl SPDX-License-Identifier: MIT
dnl How the extension is built on Unix: phpize && ./configure && make

PHP_ARG_ENABLE([mcha],
  [whether to enable McHA, highly available memcached],
  [AS_HELP_STRING([--enable-mcha],
    [Enable McHA, highly available memcached (needs libmemcached 1.1 and zlib)])])

PHP_ARG_WITH([libmemcached-dir],
  [where libmemcached is],
  [AS_HELP_STRING([--with-libmemcached-dir=DIR],
    [McHA: libmemcached's prefix, where pkg-config does not know it])],
  [no],
  [no])

PHP_ARG_WITH([mcha-zstd],
  [whether McHA compresses by zstd],
  [AS_HELP_STRING([--without-mcha-zstd],
    [McHA: no compression by zstd; without this switch it is there if libzstd is found])],
  [auto],
  [no])

PHP_ARG_ENABLE([mcha-lto],
  [whether McHA is optimized across its files],
  [AS_HELP_STRING([--disable-mcha-lto],
    [McHA: no link-time optimization; without this switch it is on where the compiler is a GCC that can])],
  [auto],
  [no])

PHP_ARG_WITH([mcha-tls],
  [whether McHA speaks TLS],
  [AS_HELP_STRING([--without-mcha-tls],
    [McHA: no tls:// in lists of servers; without this switch it is there if OpenSSL 3 is found])],
  [auto],
  [no])

PHP_ARG_ENABLE([mcha-dev],
  [whether McHA's warnings are errors],
  [AS_HELP_STRING([--enable-mcha-dev],
    [McHA: warnings are errors, for its own developers])],
  [no],
  [no])

if test "$PHP_MCHA" != "no"; then
  dnl What lies in these folders is compiled; config.w32 reads them, too. What is the session extension's has a folder of its own.
  mcha_root=$abs_srcdir
  if test -f "$abs_srcdir/ext/mcha/mcha.c"; then
    mcha_root=$abs_srcdir/ext/mcha
  fi
  mcha_find_sources() {
    (cd "$mcha_root" && find "$@" -name '*.c' | sort | tr '\n' ' ')
  }
  mcha_sources="mcha.c hashing.c `mcha_find_sources classic engine glue placement ! -path 'glue/session/*'`"
  mcha_session_sources="session_handler.c `mcha_find_sources glue/session`"

  dnl --- libmemcached -----------------------------------------------------------------------------

  if test "$PHP_LIBMEMCACHED_DIR" = "no" || test "$PHP_LIBMEMCACHED_DIR" = "yes"; then
    PKG_CHECK_MODULES([LIBMEMCACHED], [libmemcached >= 1.1], [], [
      AC_MSG_ERROR([libmemcached 1.1 or newer was not found. McHA builds on libmemcached-awesome; install

    Debian, Ubuntu    libmemcached-dev
    Fedora, RHEL      libmemcached-awesome-devel
    Alpine            libmemcached-dev

  together with pkg-config, or name its prefix by --with-libmemcached-dir=DIR])
    ])
    PHP_EVAL_INCLINE([$LIBMEMCACHED_CFLAGS])
    PHP_EVAL_LIBLINE([$LIBMEMCACHED_LIBS], [MCHA_SHARED_LIBADD])
  else
    AC_MSG_CHECKING([for libmemcached 1.1 in $PHP_LIBMEMCACHED_DIR])
    if test ! -r "$PHP_LIBMEMCACHED_DIR/include/libmemcached/memcached.h"; then
      AC_MSG_RESULT([no])
      AC_MSG_ERROR([there is no include/libmemcached/memcached.h in $PHP_LIBMEMCACHED_DIR])
    fi
    mcha_old_cppflags=$CPPFLAGS
    CPPFLAGS="-I$PHP_LIBMEMCACHED_DIR/include $CPPFLAGS"
    AC_PREPROC_IFELSE([AC_LANG_SOURCE([[
#include <libmemcached/memcached.h>
#if LIBMEMCACHED_VERSION_HEX < 0x01001000
# error "too old"
#endif
    ]])],
      [AC_MSG_RESULT([yes])],
      [AC_MSG_RESULT([no])
       AC_MSG_ERROR([the libmemcached in $PHP_LIBMEMCACHED_DIR is older than 1.1])])
    CPPFLAGS=$mcha_old_cppflags
    PHP_CHECK_LIBRARY([memcached], [memcached_create],
      [PHP_ADD_LIBRARY_WITH_PATH([memcached], [$PHP_LIBMEMCACHED_DIR/$PHP_LIBDIR], [MCHA_SHARED_LIBADD])],
      [AC_MSG_ERROR([the libmemcached in $PHP_LIBMEMCACHED_DIR/$PHP_LIBDIR cannot be linked])],
      [-L$PHP_LIBMEMCACHED_DIR/$PHP_LIBDIR])
    PHP_ADD_INCLUDE([$PHP_LIBMEMCACHED_DIR/include])
  fi

  dnl --- zlib, libm -------------------------------------------------------------------------------

  PKG_CHECK_MODULES([MCHA_ZLIB], [zlib], [], [
    AC_MSG_ERROR([zlib was not found; install zlib1g-dev (Debian, Ubuntu), zlib-devel (Fedora, RHEL) or zlib-dev (Alpine)])
  ])
  PHP_EVAL_INCLINE([$MCHA_ZLIB_CFLAGS])
  PHP_EVAL_LIBLINE([$MCHA_ZLIB_LIBS], [MCHA_SHARED_LIBADD])
  PHP_ADD_LIBRARY([m], [], [MCHA_SHARED_LIBADD])

  dnl --- zstd: can be missing ----------------------------------------------------------------------

  if test "$PHP_MCHA_ZSTD" != "no"; then
    PKG_CHECK_MODULES([MCHA_ZSTD], [libzstd >= 1.3.4], [
      PHP_EVAL_INCLINE([$MCHA_ZSTD_CFLAGS])
      PHP_EVAL_LIBLINE([$MCHA_ZSTD_LIBS], [MCHA_SHARED_LIBADD])
      AC_DEFINE([HAVE_MCHA_ZSTD], [1], [Whether McHA compresses by zstd])
    ], [
      if test "$PHP_MCHA_ZSTD" = "yes"; then
        AC_MSG_ERROR([libzstd was not found; install libzstd-dev (Debian, Ubuntu), libzstd-devel (Fedora, RHEL) or zstd-dev (Alpine)])
      fi
    ])
  fi

  dnl --- OpenSSL: can be missing -------------------------------------------------------------------

  dnl A preprocessor's word: the engine is compiled without PHP's headers, and knows no config.h.
  mcha_tls_cflags=
  if test "$PHP_MCHA_TLS" != "no"; then
    PKG_CHECK_MODULES([MCHA_TLS], [openssl >= 3.0], [
      PHP_EVAL_INCLINE([$MCHA_TLS_CFLAGS])
      PHP_EVAL_LIBLINE([$MCHA_TLS_LIBS], [MCHA_SHARED_LIBADD])
      mcha_tls_cflags=-DHAVE_MCHA_TLS=1
    ], [
      if test "$PHP_MCHA_TLS" = "yes"; then
        AC_MSG_ERROR([OpenSSL 3 was not found; install libssl-dev (Debian, Ubuntu), openssl-devel (Fedora, RHEL) or openssl-dev (Alpine)])
      fi
    ])
  fi
  AC_MSG_CHECKING([whether McHA speaks TLS])
  if test -n "$mcha_tls_cflags"; then
    AC_MSG_RESULT([yes, by OpenSSL])
  else
    AC_MSG_RESULT([no])
  fi

  dnl --- Serializers that are other extensions: their headers; what is called is found at run time --

  mcha_old_cppflags=$CPPFLAGS
  CPPFLAGS="$CPPFLAGS $INCLUDES"
  AC_MSG_CHECKING([for the headers of igbinary])
  AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#include <php.h>
#include <ext/igbinary/igbinary.h>
int (*serialize)(uint8_t **, size_t *, zval *) = igbinary_serialize;
int (*unserialize)(const uint8_t *, size_t, zval *) = igbinary_unserialize;
  ]])],
    [AC_MSG_RESULT([yes])
     AC_DEFINE([HAVE_MCHA_IGBINARY], [1], [Whether McHA can use igbinary where it is loaded])],
    [AC_MSG_RESULT([no])])
  AC_MSG_CHECKING([for the headers of msgpack])
  AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#include <php.h>
#include <ext/msgpack/php_msgpack.h>
void (*serialize)(smart_str *, zval *) = php_msgpack_serialize;
int (*unserialize)(zval *, char *, size_t) = php_msgpack_unserialize;
  ]])],
    [AC_MSG_RESULT([yes])
     AC_DEFINE([HAVE_MCHA_MSGPACK], [1], [Whether McHA can use msgpack where it is loaded])],
    [AC_MSG_RESULT([no])])
  CPPFLAGS=$mcha_old_cppflags

  dnl --- PHP's sessions ---------------------------------------------------------------------------

  AC_MSG_CHECKING([for PHP's session extension])
  mcha_session=no
  for mcha_folder in "$phpincludedir" "$abs_srcdir"; do
    if test -n "$mcha_folder" && test -f "$mcha_folder/ext/session/php_session.h"; then
      mcha_session=yes
    fi
  done
  AC_MSG_RESULT([$mcha_session])
  if test "$mcha_session" = "yes"; then
    AC_DEFINE([HAVE_MCHA_SESSION], [1], [Whether McHA has a session save handler])
    mcha_sources="$mcha_sources $mcha_session_sources"
  fi

  dnl --- The compiler -----------------------------------------------------------------------------

  dnl Health is shared between processes: an atomic that takes a lock of its own would not do.
  AC_MSG_CHECKING([for lock-free 64-bit atomics])
  AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#include <stdatomic.h>
#if ATOMIC_LLONG_LOCK_FREE != 2
# error "not lock-free"
#endif
int main(void) { return 0; }
  ]])],
    [AC_MSG_RESULT([yes])],
    [AC_MSG_RESULT([no])
     AC_MSG_ERROR([McHA needs a C11 compiler and a processor with lock-free 64-bit atomics])])

  mcha_cflags="-DZEND_ENABLE_STATIC_TSRMLS_CACHE=1 -I@ext_srcdir@ $mcha_tls_cflags"
  dnl PHP's own macros leave parameters unused.
  for mcha_flag in -fvisibility=hidden -Wall -Wextra -Wno-unused-parameter; do
    AX_CHECK_COMPILE_FLAG([$mcha_flag], [mcha_cflags="$mcha_cflags $mcha_flag"], [], [-Werror])
  done
  if test "$PHP_MCHA_DEV" != "no"; then
    mcha_cflags="$mcha_cflags -Werror"
  fi

  dnl An operation passes through many small files: inlined across them, it needs a tenth fewer
  dnl instructions. GCC alone, whose linker plugin needs no switch of the linker's, which libtool
  dnl would have to pass on.
  if test "$PHP_MCHA_LTO" != "no"; then
    AC_MSG_CHECKING([for link-time optimization])
    mcha_lto=no
    mcha_old_cflags=$CFLAGS
    for mcha_flag in -flto=auto -flto; do
      if test "$mcha_lto" = "no"; then
        CFLAGS="$mcha_old_cflags $mcha_flag -Werror"
        AC_LINK_IFELSE([AC_LANG_SOURCE([[
#if !defined(__GNUC__) || defined(__clang__)
# error "not GCC"
#endif
int main(void) { return 0; }
        ]])],
          [mcha_lto=$mcha_flag])
      fi
    done
    CFLAGS=$mcha_old_cflags
    AC_MSG_RESULT([$mcha_lto])
    if test "$mcha_lto" != "no"; then
      mcha_cflags="$mcha_cflags $mcha_lto"
    elif test "$PHP_MCHA_LTO" = "yes"; then
      AC_MSG_ERROR([--enable-mcha-lto needs GCC and its linker plugin])
    fi
  fi

  dnl --- The module -------------------------------------------------------------------------------

  PHP_NEW_EXTENSION([mcha], [$mcha_sources], [$ext_shared],, [$mcha_cflags])
  PHP_SUBST([MCHA_SHARED_LIBADD])
  PHP_ADD_EXTENSION_DEP([mcha], [session], [true])
  for mcha_source in $mcha_sources; do
    case $mcha_source in
      */*) PHP_ADD_BUILD_DIR([$ext_builddir/${mcha_source%/*}], [1]) ;;
    esac
  done
fi
