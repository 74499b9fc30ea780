#ifndef MM_API_VIEWER_H
#define MM_API_VIEWER_H

#include "http/route.h"

/* The map in the browser: the page that "/" gives to a browser. */
mm_handler_fn mm_api_viewer_page;

#endif
