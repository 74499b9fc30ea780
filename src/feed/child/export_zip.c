#include "feed/child/export_zip.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>

enum { PIECE = 1 << 18 };

static bool add_file(void *zip, const char *folder, const char *name, char *piece)
{
	char path[PATH_MAX];
	VSILFILE *f;
	size_t n;
	bool fine;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = VSIFOpenL(path, "rb");
	fine = f && CPLCreateFileInZip(zip, name, NULL) == CE_None;
	while (fine && (n = VSIFReadL(piece, 1, PIECE, f)) > 0)
		fine = CPLWriteFileInZip(zip, piece, (int)n) == CE_None;
	fine = fine && CPLCloseFileInZip(zip) == CE_None;
	if (f)
		(void)VSIFCloseL(f);
	return fine;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

enum mm_code mm_export_zip(const char *folder, const char *out, struct mm_err *reterr)
{
	char **names = VSIReadDir(folder), *piece = malloc(PIECE);
	void *zip = CPLCreateZip(out, NULL);
	bool fine = zip && piece;

	qsort(names, (size_t)CSLCount(names), sizeof(*names), by_name);
	for (char **n = names; fine && n && *n; n++)
		if (**n != '.')
			fine = add_file(zip, folder, *n, piece);
	fine = (!zip || CPLCloseZip(zip) == CE_None) && fine;
	CSLDestroy(names);
	free(piece);
	return fine ? MM_OK : mm_fail(reterr, MM_E_IO, "", "the zip cannot be written");
}
