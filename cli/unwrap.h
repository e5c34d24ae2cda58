/* SPDX-License-Identifier: BSD-2-Clause */
/* Compression that kernel files come in. */
#ifndef CLI_UNWRAP_H
#define CLI_UNWRAP_H

#include "image.h"

/*
 * Replace *in by what it unpacks to.  Null, or what is wrong.
 */
const char *unwrap_gzip(struct bytes *in);
const char *unwrap_zstd(struct bytes *in);

#endif
