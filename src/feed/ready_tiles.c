#include "feed/ready_tiles.h"

#include "base/file.h"
#include "feed/freeze.h"

#include <string.h>

static enum mm_code keep(const struct mm_layer_def *def, const struct mm_vetted *vetted,
			 struct mm_archive_reader *reader, struct mm_tile_archive **ret,
			 struct mm_err *reterr)
{
	const struct mm_tile_archive_info info = {.id = def->id,
						  .title = def->title,
						  .description = def->description,
						  .owner = def->owner,
						  .license = def->license,
						  .theme = def->theme,
						  .style_json = def->style_json,
						  .min_zoom = def->min_zoom,
						  .max_zoom = def->max_zoom,
						  .identity = vetted->identity};

	/* what was looked into is what the identity stands for */
	if (mm_source_identity(def) != vetted->identity)
		return mm_fail(reterr, MM_E_BUSY, "",
			       "it changes while it is read: it is read again when it is still");
	return mm_tile_archive_new(reader, &info, ret, reterr);
}

enum mm_code mm_ready_tiles_open(const struct mm_layer_def *def, const struct mm_vetted *vetted,
				 struct mm_tile_archive **ret, struct mm_err *reterr)
{
	struct mm_archive_reader *reader = NULL;
	struct mm_err err = {0};
	char where[sizeof(err.where)];
	enum mm_code rc = mm_archive_reader_new(vetted->readable[0], &reader, &err);

	if (!rc)
		rc = keep(def, vetted, reader, ret, &err);
	if (!rc)
		return MM_OK;
	(void)mm_archive_reader_free(reader);
	mm_vet_where(def, def->source_line, where, sizeof(where));
	return mm_fail(reterr, rc, where, "tiles \"%s\": %s", mm_file_base_name(def->source), err.msg);
}
