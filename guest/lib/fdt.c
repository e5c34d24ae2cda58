/* SPDX-License-Identifier: BSD-2-Clause */
/* Devicetree Specification v0.4, chapter 5. */
#include "guest/lib/fdt.h"

#define FDT_MAGIC UINT32_C(0xd00dfeed)
#define FDT_BEGIN_NODE 1
#define FDT_END_NODE 2
#define FDT_PROP 3
#define FDT_NOP 4
#define FDT_END 9

#define PATH_MAX_LEN 128

/* Header fields, byte offsets. */
#define OFF_MAGIC 0
#define OFF_STRUCT 8
#define OFF_STRINGS 12
#define OFF_LAST_COMP 24

struct path {
	char text[PATH_MAX_LEN];
	uint32_t len;
};

uint32_t fdt_u32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
}

bool fdt_valid(const void *fdt)
{
	const uint8_t *blob = fdt;

	return fdt_u32(blob + OFF_MAGIC) == FDT_MAGIC &&
	       fdt_u32(blob + OFF_LAST_COMP) <= 17;
}

/* Returns the length of the name with its terminator. */
static uint32_t path_enter(struct path *path, const char *name)
{
	uint32_t n = 0;

	if (path->len > 1 && path->len < PATH_MAX_LEN - 1) {
		path->text[path->len++] = '/';
	} else if (path->len == 0) {
		path->text[path->len++] = '/';
	}
	while (name[n] != '\0') {
		if (path->len < PATH_MAX_LEN - 1) {
			path->text[path->len++] = name[n];
		}
		n++;
	}
	path->text[path->len] = '\0';
	return n + 1;
}

static void path_leave(struct path *path)
{
	while (path->len > 0 && path->text[--path->len] != '/') {
	}
	if (path->len == 0) {
		path->len = 1;
	}
	path->text[path->len] = '\0';
}

bool fdt_walk(const void *fdt, void (*each)(const struct fdt_property *))
{
	const uint8_t *blob = fdt;
	const uint8_t *p = blob + fdt_u32(blob + OFF_STRUCT);
	const char *strings = (const char *)blob + fdt_u32(blob + OFF_STRINGS);
	struct path path = { .len = 0 };
	struct fdt_property property = { .path = path.text };
	uint32_t token;

	while ((token = fdt_u32(p)) != FDT_END) {
		p += 4;
		if (token == FDT_BEGIN_NODE) {
			p += (path_enter(&path, (const char *)p) + 3) & ~3u;
		} else if (token == FDT_END_NODE) {
			path_leave(&path);
		} else if (token == FDT_PROP) {
			property.len = fdt_u32(p);
			property.name = strings + fdt_u32(p + 4);
			property.value = p + 8;
			each(&property);
			p += 8 + ((property.len + 3) & ~3u);
		} else if (token != FDT_NOP) {
			return false;
		}
	}
	return true;
}
