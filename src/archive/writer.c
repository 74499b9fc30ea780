#include "archive/writer.h"

#include "archive/mbtiles_writer.h"
#include "archive/pmtiles_writer.h"
#include "base/text.h"

bool mm_archive_is_known(const char *path)
{
	return mm_text_ends(path, ".pmtiles") || mm_text_ends(path, ".mbtiles");
}

enum mm_code mm_archive_writer_open(struct mm_archive_writer *w, const char *path, struct mm_err *reterr)
{
	*w = (struct mm_archive_writer){0};
	return mm_text_ends(path, ".mbtiles") ? mm_mbtiles_writer_new(path, &w->mbtiles, reterr)
					      : mm_pmtiles_writer_new(path, &w->pmtiles, reterr);
}

enum mm_code mm_archive_writer_put(struct mm_archive_writer *w, uint64_t number, const void *gzip, size_t n,
				   struct mm_err *reterr)
{
	return w->mbtiles ? mm_mbtiles_writer_put(w->mbtiles, number, gzip, n, reterr)
			  : mm_pmtiles_writer_put(w->pmtiles, number, gzip, n, reterr);
}

enum mm_code mm_archive_writer_finish(struct mm_archive_writer *w, const struct mm_archive_info *info,
				      struct mm_archive_count *ret, struct mm_err *reterr)
{
	return w->mbtiles ? mm_mbtiles_writer_finish(w->mbtiles, info, ret, reterr)
			  : mm_pmtiles_writer_finish(w->pmtiles, info, ret, reterr);
}

void mm_archive_writer_close(struct mm_archive_writer *w)
{
	w->mbtiles = mm_mbtiles_writer_free(w->mbtiles);
	w->pmtiles = mm_pmtiles_writer_free(w->pmtiles);
}
