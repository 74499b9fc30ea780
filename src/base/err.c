#include "base/err.h"

#include "base/lang.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#undef mm_fail
#undef mm_fail_nomem

enum mm_code mm_fail(struct mm_err *reterr, enum mm_code code, const char *where, const char *fmt, ...)
{
	va_list ap;

	if (!reterr || reterr->code != MM_OK)
		return code;
	reterr->code = code;
	(void)snprintf(reterr->where, sizeof(reterr->where), "%s", where ? where : "");
	va_start(ap, fmt);
	(void)vsnprintf(reterr->msg, sizeof(reterr->msg), mm_words(fmt), ap);
	va_end(ap);
	return code;
}

enum mm_code mm_fail_nomem(struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_NOMEM, "", "out of memory");
}

const char *mm_code_name(enum mm_code code)
{
	static const char *const names[MM_CODE_COUNT] = {
	    [MM_OK] = "ok",         [MM_E_INVALID] = "invalid",   [MM_E_NOT_FOUND] = "not-found",
	    [MM_E_LIMIT] = "limit", [MM_E_DATA] = "data",         [MM_E_IO] = "io",
	    [MM_E_NOMEM] = "nomem", [MM_E_BUSY] = "busy",         [MM_E_INTERNAL] = "internal",
	    [MM_E_GONE] = "gone",   [MM_E_CONFLICT] = "conflict",
	};

	if ((unsigned)code >= MM_CODE_COUNT)
		return "unknown";
	return names[code];
}

_Noreturn void mm_check_failed(const char *cond, const char *file, int line)
{
	(void)fprintf(stderr, "munimap: internal error: %s (%s:%d)\n", cond, file, line);
	abort();
}
