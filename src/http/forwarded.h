#ifndef MM_HTTP_FORWARDED_H
#define MM_HTTP_FORWARDED_H

#include "base/arena.h"
#include "base/err.h"
#include "http/request.h"

#include <stdbool.h>
#include <stddef.h>

struct sockaddr;

/*
 * Who asks, and under which URL we are seen. X-Forwarded-For, -Proto, -Host and -Prefix count only from
 * listed proxies; a fixed public URL beats them all, so that a forged Host cannot get into links.
 */

enum {
	MM_PROXIES_MAX = 64,
	MM_ADDRESS_TEXT_MAX = 64, /* longest IPv6 text is 45 */
	MM_ADDRESS_BYTES = 16     /* IPv4 as ::ffff:a.b.c.d */
};

struct mm_address {
	unsigned char byte[MM_ADDRESS_BYTES];
};

struct mm_proxies {
	struct {
		struct mm_address base;
		unsigned bits; /* of the 128 */
	} block[MM_PROXIES_MAX];
	size_t count;
};

/* Address from a socket; all zero for families other than IPv4 and IPv6. */
struct mm_address mm_address_of(const struct sockaddr *sa);

/* "192.0.2.1", "2001:db8::1"; IPv4 also with a port and IPv6 in brackets, as proxies write them. */
bool mm_address_parse(const char *text, size_t n, struct mm_address *ret);

/* Writes an address; IPv4 in its own form. */
void mm_address_format(const struct mm_address *a, char ret[MM_ADDRESS_TEXT_MAX]);

/* True for 127.0.0.0/8 and ::1. */
bool mm_address_is_loopback(const struct mm_address *a);

/* Reads "10.0.0.0/8", "::1", ...; MM_E_INVALID names the one that is wrong. */
MM_MUST_USE enum mm_code mm_proxies_parse(const char *const *blocks, size_t count, struct mm_proxies *ret,
					  struct mm_err *reterr);

bool mm_proxies_has(const struct mm_proxies *p, const struct mm_address *a);

/* MM_E_INVALID unless it is http(s)://host[:port][/prefix] without a slash at the end, query or fragment. */
MM_MUST_USE enum mm_code mm_public_url_check(const char *url, struct mm_err *reterr);

/*
 * Fills r->base_url and, when a trusted peer names another than itself, r->client, in r->mem. public_url
 * NULL: from the headers of a trusted peer, else from Host. False: memory at its cap.
 */
bool mm_forwarded_apply(const struct mm_proxies *p, const char *public_url, const struct mm_address *peer,
			struct mm_request *r);

/*
 * Under which name what one client may have is counted: its address; of IPv6 its network of 64 bits, which is
 * one house's. "": a program of this machine, or the clients of a proxy here that is not listed, who are not
 * to share what one may have. Clients of an unlisted proxy elsewhere are one. NULL: memory at its cap.
 */
const char *mm_request_client_name(const struct mm_request *r);

#endif
