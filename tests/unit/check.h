#ifndef MM_TESTS_UNIT_CHECK_H
#define MM_TESTS_UNIT_CHECK_H

/* cmocka with the headers it wants before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
