/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_FUZZ_STREAM_ITS_H
#define TESTS_FUZZ_STREAM_ITS_H

#include "tests/fuzz/stream.h"

/* A command whose numbers are few, so that commands meet; and any 32 bytes. */
void its_command(struct machine *m, uint32_t v, struct bytes *in);
void its_raw_command(struct machine *m, uint32_t v, struct bytes *in);
/* The configuration of an LPI. */
void its_configure(struct machine *m, uint32_t v, struct bytes *in);
/* Tables, queue, and some events of two devices. */
void its_init(struct machine *m);

#endif
