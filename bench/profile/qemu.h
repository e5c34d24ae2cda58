/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What plugin.c uses of QEMU's interface for TCG plugins, as its documentation
 * describes it (QEMU, "TCG Plugins").  No Debian package has QEMU's own header,
 * so the few functions are declared here: their names and types are what a
 * plugin is linked to at run time.
 */
#ifndef BENCH_PROFILE_QEMU_H
#define BENCH_PROFILE_QEMU_H

#include <stddef.h>
#include <stdint.h>

typedef uint64_t qemu_plugin_id_t;

/* Objects of QEMU's; none of them is looked into. */
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;

/* What a callback reads and writes of the CPU's registers. */
enum qemu_plugin_cb_flags {
	QEMU_PLUGIN_CB_NO_REGS,
};

typedef void (*qemu_plugin_executed)(unsigned int cpu, void *data);

/*
 * By QEMU: call these when a block is translated, and at the end.  The seventh
 * version of the interface hands on data where former ones name the plugin.
 */
#if VGIC_QEMU_PLUGIN_VERSION < 7
typedef void (*qemu_plugin_translated)(qemu_plugin_id_t id,
				       struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_ended)(qemu_plugin_id_t id, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   qemu_plugin_translated call);
#else
typedef void (*qemu_plugin_translated)(struct qemu_plugin_tb *tb, void *data);
typedef void (*qemu_plugin_ended)(void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   qemu_plugin_translated call,
					   void *data);
#endif
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_ended call,
				    void *data);

/* By QEMU, in the first of them: the block's instructions. */
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
/* Where the instruction lies in QEMU's own memory; null: in none. */
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);
/* Call this whenever the instruction is executed. */
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_executed call,
					    enum qemu_plugin_cb_flags flags,
					    void *data);

/* By the plugin: which interface it was made for, and its beginning. */
extern int qemu_plugin_version;
int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
			int argc, char **argv);

#endif
