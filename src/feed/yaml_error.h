#ifndef MM_FEED_YAML_ERROR_H
#define MM_FEED_YAML_ERROR_H

#include "base/err.h"
#include "feed/yaml_keys.h"

#include <cyaml/cyaml.h>

/* What libcyaml says when it cannot load: the first complaint, and the place from its trace. */
struct mm_yaml_complaint {
	char text[300];
	char field[80]; /* innermost mapping field of the trace, "" for the file itself */
	unsigned line;  /* innermost line of the trace, 0 unknown */
};

/* Turns a complaint into file, line, fault and remedy: MM_E_INVALID, always. */
MM_MUST_USE enum mm_code mm_yaml_explain(const char *path, const struct mm_yaml_complaint *c,
					 const struct mm_yaml_keys *keys, const cyaml_schema_value_t *schema,
					 struct mm_err *reterr);

#endif
