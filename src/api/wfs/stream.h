#ifndef MM_API_WFS_STREAM_H
#define MM_API_WFS_STREAM_H

#include "api/wfs/wfs.h"
#include "encode/encoder.h"

/* A collection of features on its way to a client: it is made while it is sent, and takes 4 bytes a feature
 * and one of them at a time. */

struct mm_wfs_part {
	struct mm_layer *layer; /* owned */
	struct mm_coords_crs crs;
	const char *srs_name;
	const bool *leaves_out;
	bool skips_geometry, writes_nil;
	const uint32_t *row;
	uint32_t count, matched, done;
	bool is_begun;
};

struct mm_wfs_stream {
	struct mm_kits *kits;
	struct mm_kit *kit; /* NULL: the request still has it */
	struct mm_arena mem;
	enum mm_wfs_version version;
	bool is_hits;
	const char *base_url, *types; /* the latter of all parts, for the address of their schema */
	const char *next, *previous;  /* addresses of other pages; NULL: none */
	uint64_t matched, returned;
	struct mm_wfs_part part[MM_WFS_QUERIES_MAX];
	size_t part_count, at;
	struct mm_gml_writer gml;         /* of the part at work */
	bool is_open;                     /* `gml`, or `state`, is */
	const struct mm_encoder *encoder; /* NULL: GML */
	struct mm_encode in;
	void *state;
};

struct mm_wfs_stream *mm_wfs_stream_new(const struct mm_wfs *w); /* NULL: out of memory */
void mm_wfs_stream_free(void *stream);

/* Adds what a query has found; its rows are in the memory of the stream. MM_E_NOMEM. */
MM_MUST_USE enum mm_code mm_wfs_stream_add(struct mm_wfs_stream *s, struct mm_layer *l,
					   const struct mm_wfs_rows *rows, struct mm_err *reterr);

/*
 * Writes what comes first to the response, which then has the stream as its source, or has it all. The kit of
 * `w` may be taken over (NULL then).
 *
 * encoder  of one part; NULL: GML
 */
MM_MUST_USE enum mm_code mm_wfs_stream_begin(struct mm_wfs_stream *s, struct mm_wfs *w,
					     const struct mm_encoder *encoder, struct mm_err *reterr);

#endif
