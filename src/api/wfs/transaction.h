#ifndef MM_API_WFS_TRANSACTION_H
#define MM_API_WFS_TRANSACTION_H

#include "api/wfs/wfs.h"
#include "feed/edit.h"

/* A transaction while it is read: all its actions are on one layer, and are done together or not at all. */
struct mm_wfs_work {
	struct mm_wfs *w;
	const struct mm_layer *layer; /* NULL: no action is read yet */
	const struct mm_entry *entry;
	struct mm_edit *edit; /* room for MM_EDITS_MAX */
	const char **handle;  /* of the action, an edit; NULL: it has none */
	size_t count;
	size_t of_kind[MM_EDIT_DELETE + 1];
};

/*
 * Reads the actions of the body (Insert, Update, Replace, Delete), and finds the features that their filters
 * mean.
 *
 * MM_E_INVALID    an action is not right, or not allowed (then the status of `w` says so)
 * MM_E_NOT_FOUND  a filter finds none to replace
 * MM_E_LIMIT      too many edits
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_wfs_work_read(struct mm_wfs_work *k, struct mm_err *reterr);

/* ---- transaction_value.c ---- */

/*
 * Reads the element of a property, as in a feature: its text or its geometry. Nothing in it: no value.
 *
 * field     SIZE_MAX: the geometry
 * srs_name  of the geometry, if it names none itself; NULL: none
 */
MM_MUST_USE enum mm_code mm_wfs_read_property(struct mm_wfs_work *k, const struct mm_xml *e, size_t field,
					      const char *srs_name, struct mm_edit *edit,
					      struct mm_edit_value *ret, struct mm_err *reterr);

#endif
