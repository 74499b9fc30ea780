#ifndef MM_FEED_DRIVERS_H
#define MM_FEED_DRIVERS_H

#include <stdbool.h>
#include <stddef.h>

/* The GDAL drivers a source may be read with: the list of what a municipality receives, and nothing that
 * calls out or runs code. Drivers are chosen by the definition or by the file's extension, never by looking
 * into the file. */

enum { MM_DRIVER_CANDIDATES = 4 };

struct mm_driver {
	const char *name;   /* GDAL's */
	bool is_folder;     /* the source is a folder (.gdb) */
	bool needs_network; /* a database */
	bool is_many_files; /* changes file by file: a Shapefile and the like */
	bool only_by_name;  /* never by extension: VRT, which names other files */
	bool is_sqlite;     /* may have -wal and -journal beside it */
	bool opens_once;    /* reads all from the file it opened first, whatever takes its name meanwhile */
};

extern const struct mm_driver mm_drivers[];
extern const size_t mm_driver_count;

/* By GDAL's name or a common one ("VRT", "shp"), any case; NULL: not on the list. */
const struct mm_driver *mm_driver_find(const char *name);

/* Drivers to try for a path, by its extension; returns how many, 0 for an unknown extension. */
size_t mm_driver_by_path(const char *path, const struct mm_driver *ret[MM_DRIVER_CANDIDATES]);

/* Driver of a connection such as "PG:dbname=city"; NULL: not one we know. */
const struct mm_driver *mm_driver_by_connection(const char *connection);

/* Driver of a raster by the extension of its file: formats that are whole in their files, and nothing that
 * names others (VRT) or calls out. NULL: none of them. */
const struct mm_driver *mm_raster_driver_by_path(const char *path);

/* True for GDAL's name of a driver that rasters are read with. */
bool mm_raster_driver_is_listed(const char *name);
extern const char mm_raster_extensions[];

/* "shp, tab, mif ...": for messages. */
extern const char mm_driver_extensions[];

#endif
