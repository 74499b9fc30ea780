#ifndef MM_BASE_ERR_H
#define MM_BASE_ERR_H

#define MM_MUST_USE                __attribute__((warn_unused_result))
#define MM_PRINTF(fmt_at, args_at) __attribute__((format(printf, fmt_at, args_at)))

/* Outcome classes. http/status.c holds the only table that turns them into HTTP codes. */
enum mm_code {
	MM_OK = 0,
	MM_E_INVALID,   /* the caller's input is wrong */
	MM_E_NOT_FOUND, /* no such layer, feature, tile, style */
	MM_E_LIMIT,     /* a declared cap was hit (bytes, features, depth) */
	MM_E_DATA,      /* a stored or uploaded dataset is broken */
	MM_E_IO,        /* the operating system said no */
	MM_E_NOMEM,     /* out of memory, or an arena at its cap */
	MM_E_BUSY,      /* queue full or deadline passed; retry is sane */
	MM_E_INTERNAL,  /* our bug; always logged */
	MM_E_GONE,      /* what was there, and is kept no more */
	MM_E_CONFLICT,  /* what is there already stands against it: an id that is taken */
	MM_CODE_COUNT
};

/* What went wrong, in words. Filled only on failure; the first failure wins. */
struct mm_err {
	enum mm_code code;
	char where[256]; /* place the message is about: "layers/streets.yaml:7", a parameter; "" if none */
	char msg[512];   /* one sentence that says what to do, no trailing dot, safe to show to a client */
};

/* Records a failure in `reterr` (NULL allowed), in the language of whoever asks (base/lang.h), and returns
 * `code`, so that call sites stay one line. */
enum mm_code mm_fail(struct mm_err *reterr, enum mm_code code, const char *where, const char *fmt, ...)
    MM_PRINTF(4, 5);

/* The same for a failed allocation: code MM_E_NOMEM and the standard words. */
enum mm_code mm_fail_nomem(struct mm_err *reterr);

#ifdef __clang_analyzer__ /* it does not look into err.c: a failure is never MM_OK */
#define mm_fail(reterr, code, ...) ((void)mm_fail(reterr, code, __VA_ARGS__), (code))
#define mm_fail_nomem(reterr)      ((void)mm_fail_nomem(reterr), MM_E_NOMEM)
#endif

/* Short stable name, e.g. "limit". Never NULL, also for values out of range. */
const char *mm_code_name(enum mm_code code);

/* Ends the program with a message when `cond` is false: for our own mistakes only, never for input.
 * Stays on in release builds. */
#define MM_CHECK(cond)                                                                                       \
	do {                                                                                                 \
		if (!(cond))                                                                                 \
			mm_check_failed(#cond, __FILE__, __LINE__);                                          \
	} while (0)
_Noreturn void mm_check_failed(const char *cond, const char *file, int line);

#endif
