#ifndef MM_STORE_AHEAD_H
#define MM_STORE_AHEAD_H

#include "base/buf.h"
#include "base/err.h"
#include "geo/geom.h"
#include "store/format.h"

/*
 * Geometries are placed in the world and looked at while later rows still come: a second thread does it, a
 * chunk at a time, so that reading a large source and transforming it take the time of the slower of the two.
 * A source of one chunk is done without a thread.
 */
struct mm_ahead;
enum { MM_AHEAD_ZOOMS = 2 };

/* What is known of all rows at the end; the buffers live as long as what placed them. */
struct mm_placed {
	struct mm_buf world;  /* struct mm_world a vertex */
	struct mm_buf zoom;   /* uint8 a vertex: those of runs, see grid/run_zoom.h */
	struct mm_buf box;    /* struct mm_world_box a row; min > max: none */
	struct mm_buf unsure; /* uint32 rows, ascending: something about them wants a closer look */
	struct {
		struct mm_buf start;        /* uint32 a row: where its drawing begins in `bytes` */
		const unsigned char *bytes; /* grid/stream.h; rows that are not drawn ahead have none */
		uint32_t end;               /* of bytes */
	} drawn[MM_AHEAD_ZOOMS];            /* for the zoom asked for and those below it */
	struct mm_box box_deg, box_crs;
	uint32_t geom_types; /* bit set of 1u << enum mm_geom_type */
};

/* draw_zoom  lines and polygons are drawn for that level and the next lower, too; -1: for none. NULL: out of
 * memory */
struct mm_ahead *mm_ahead_new(const char *crs_definition, int draw_zoom);
struct mm_ahead *mm_ahead_free(struct mm_ahead *a); /* NULL allowed; returns NULL */

/* Has what is drawn wait on disk, beside a file that is being written. Before any row is put. */
void mm_ahead_spool_beside(struct mm_ahead *a, const char *path);

/* The rows from `first` to before `end` as the builder holds them: row[end - first] says where the next one
 * begins. The arrays are copied when a thread works on them. */
struct mm_ahead_rows {
	const struct mm_geom_row *row; /* `count` + 1 */
	const uint32_t *part, *ring;   /* of the first row on */
	const double *xy;
	uint32_t count;
};
void mm_ahead_put(struct mm_ahead *a, const struct mm_ahead_rows *rows);

/* The last rows, done by the caller's thread after all others: the answer is complete. May be called again
 * with rows that come behind them; what was placed stays with the caller.
 *
 * MM_E_INVALID  the system of coordinates cannot be transformed from
 * MM_E_IO       what was drawn cannot wait on disk
 * MM_E_NOMEM */
MM_MUST_USE enum mm_code mm_ahead_end(struct mm_ahead *a, const struct mm_ahead_rows *rows,
				      struct mm_placed *placed, struct mm_err *reterr);

/* Lets go of what is in memory of drawings that wait on disk. Any thread. */
void mm_ahead_let_go_drawn(const struct mm_ahead *a);

/* Frees the places on the world square and their zooms before all else; `placed` has them no longer. */
void mm_ahead_release_world(struct mm_ahead *a);

#endif
