/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A stress of real threads.  Each vCPU is a thread that enters the guest, does
 * what a guest does by means of a modelled CPU interface, and leaves when it
 * is kicked.  Devices inject from threads of their own, vCPUs write each
 * other's registers, and now and then one thread stops all others, as a VMM
 * does, to check the invariants and to take or restore a snapshot.
 *
 * Interrupts are of two kinds.  Those that have a `source` are accounted for:
 * each injection carries a number, and nothing that any thread does to these
 * interrupts may lose or invent one (account.c).  The others are hostile:
 * every act is allowed on them, and only the invariants judge.
 */
#ifndef VGIC_TESTS_STRESS_H
#define VGIC_TESTS_STRESS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "model/ich.h"
#include "model/v5_ich.h"

#define NR_CPUS 4u
#define NR_LEFT 8u    /* left to be deactivated */
#define NR_DEVICES 2u /* threads that inject */
#define MAX_SOURCES 160u
#define MAX_NESTING 40u
/* Numbers of injections whose payloads are kept; a power of two. */
#define NR_SLOTS 4096u
/* A source waits when the handlers are so many injections behind. */
#define MAX_BEHIND 32u

#define RAM_BASE UINT64_C(0x40000000)
#define RAM_SIZE 0x400000u

/* What an interrupt comes from, and with that how it is accounted for. */
enum source_kind {
	SOURCE_EDGE,   /* a device's edge, by vgic_inject_irq() */
	SOURCE_LEVEL,  /* a device's line; its handler lowers it */
	SOURCE_MAPPED, /* the same, of a mapped physical interrupt */
	SOURCE_MSI,    /* a device's message, by vgic_inject_msi() */
	SOURCE_GUEST,  /* a vCPU's SGI, or another act of a guest */
};

struct source {
	enum source_kind kind;
	/* Whose it is, if it is private. */
	uint32_t vcpu;
	uint32_t intid;
	/* A GICv2 SGI's, which has one pending state for each sender. */
	uint32_t sender;
	/* SOURCE_MSI: where its message comes from. */
	uint32_t device, event;
	/* Only the thread that injects: number of the last injection. */
	uint64_t last;
	/* Written before the injection that `data` names: see account.c. */
	uint64_t payload[NR_SLOTS];
	_Atomic(uint64_t) data;
	/* Last injection that is complete and was accepted. */
	_Atomic(uint64_t) done;
	/* Greatest number that a handler has seen. */
	_Atomic(uint64_t) seen;
	/* Handlers have taken all injections up to this one. */
	_Atomic(uint64_t) spent;
	/* Levels: LINE_UP; and LINE_ACTIVE of a physical interrupt. */
	_Atomic(uint32_t) line;
};

#define LINE_UP (1u << 0)
#define LINE_ACTIVE (1u << 1)

/* What a vCPU knows of the sources before it enters the guest. */
struct sample {
	uint64_t done[MAX_SOURCES];
	uint64_t spent[MAX_SOURCES];
};

/* A handler under way. */
struct handler {
	struct source *source; /* null: hostile */
	uint32_t intid;	       /* with the sender, as it was acknowledged */
	bool group1;
};

/* One vCPU and its thread. */
struct cpu {
	uint32_t index;
	struct vgic_vcpu *vcpu;
	union {
		struct model_vcpuif v3;
		struct model_v5_cpuif v5;
	} hw;
	pthread_t thread;
	uint64_t rng;
	bool entered;
	/* ICC_CTLR_EL1.EOImode: ends and deactivates apart. */
	bool split;
	struct sample sample, before;
	struct handler handler[MAX_NESTING];
	uint32_t depth;
	uint64_t takes;
	/* Set by whoever kicks. */
	_Atomic(bool) kicked;
	_Atomic(bool) asleep;
	pthread_mutex_t lock;
	pthread_cond_t wake;
};

/* One thing that a guest does, and how often beside the others. */
struct act {
	uint32_t weight; /* 0: the end of a list */
	void (*run)(struct cpu *c);
};

/* A kind of guest. */
struct machine {
	const char *name;
	/* Create the vGIC and the sources, with the n-th configuration. */
	void (*make)(uint32_t n);
	/* Destroy it.  Null: its memory is freed. */
	void (*unmake)(void);
	/* The guest turns its CPU interface on; the vCPU is entered. */
	void (*open)(struct cpu *c);
	/* The first vCPU configures everything. */
	void (*setup)(struct cpu *c);
	/* Acknowledge; false: nothing was there. */
	bool (*take)(struct cpu *c);
	/* End the handler on top, whose device is content. */
	void (*end)(struct cpu *c, const struct handler *h);
	/* Deactivate what somebody has ended, in whatever handler. */
	void (*deactivate)(struct cpu *c, uint32_t intid);
	/* Does hardware ask for an exit?  Null: never. */
	bool (*maintenance)(struct cpu *c);
	/* The host maps and unmaps hostile interrupts.  Null: it does not. */
	void (*host)(uint64_t *rng);
	/* Undo what acts have switched off. */
	void (*recover)(struct cpu *c);
	const struct act *acts;
};

struct vm {
	const struct machine *machine;
	/* For messages; and what vCPUs draw depends on them. */
	uint32_t round;
	uint64_t seed;
	struct vgic *gic;
	void *memory;
	bool soft, gicv2;
	/* One vCPU runs: what it leaves to others nobody would end. */
	bool alone;
	/*
	 * LPIs that move may be pending in tables of redistributors that are
	 * off, one of them in more than one table.
	 */
	bool in_tables;
	struct cpu cpu[NR_CPUS];
	struct source source[MAX_SOURCES];
	uint32_t nr_sources;
	/* Interrupts that were ended and wait for anybody's deactivation. */
	_Atomic(uint32_t) dir[NR_LEFT];
	/* Guest memory, which all threads and devices access at once. */
	uint8_t *ram;
	/* Guest code holds it around the command queue of an ITS. */
	pthread_mutex_t commands;
	_Atomic(bool) stop;
	_Atomic(uint64_t) injections;
};

extern struct vm vm;
extern const struct machine machine_v2, machine_v3, machine_its, machine_v5;

/* Says what is wrong, and where, and ends the program. */
_Noreturn void fail(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
#define must(condition) \
	do { \
		if (!(condition)) { \
			fail("%s:%d: %s", __FILE__, __LINE__, #condition); \
		} \
	} while (0)

/* vm.c: a VM whose guest is set up, with its n-th configuration. */
void vm_begin(const struct machine *machine, uint32_t n, uint64_t seed);
/* vm.gic, in memory of its own. */
void vm_create(const struct vgic_config *config);
/*
 * All threads have ended: what they have left is taken, until nothing comes
 * any more, and the accounts are closed.
 */
void vm_drain(void);
void vm_end(void);

/* xorshift: `below` values, from 0. */
uint32_t draw(uint64_t *rng, uint32_t below);

/* cpu.c: a vCPU on its own thread. */
void cpu_load(struct cpu *c);
void cpu_put(struct cpu *c);
void cpu_enter(struct cpu *c);
void cpu_leave(struct cpu *c);
/* Leave and enter as long as a kick or a maintenance interrupt asks for it. */
void cpu_serve(struct cpu *c);
/* Half of the time libvgic may answer while the vCPU stays entered. */
bool cpu_tries_entered(struct cpu *c);
/* Load or store, repeated while the library says so. */
uint64_t cpu_mmio(struct cpu *c, uint64_t ipa, unsigned int width, bool write,
		  uint64_t value);
void *cpu_run(void *cpu);
/* Take and end what is there: true if there was something. */
bool cpu_drain(struct cpu *c);
/* Do one of the acts in a list. */
void cpu_act(struct cpu *c, const struct act *acts);
/* Leave an interrupt that was ended to be deactivated by anybody; do that. */
void cpu_leave_behind(struct cpu *c, uint32_t intid);
void cpu_take_left(struct cpu *c);
/* Put what was acknowledged on the stack of handlers. */
void cpu_took(struct cpu *c, uint32_t intid, uint32_t sender, bool group1);
void cpu_kick(void *ctx, uint32_t vcpu);
/* What is done instead of the usual kick; null: that. */
extern void (*cpu_other_kick)(struct cpu *c);

/* park.c: stopping all threads. */
void park_init(uint32_t threads);
/* Called by each thread between two acts: waits while the VM is stopped. */
bool park_wanted(void);
void park(void);
/* The calling thread stops all others, and lets them go on. */
void park_stop_world(void);
void park_resume(void);

/* account.c */
struct source *source_add(enum source_kind kind, uint32_t vcpu, uint32_t intid);
/* An SPI with a physical one of the same number behind it. */
void source_add_mapped(uint32_t intid);
struct source *source_find(uint32_t vcpu, uint32_t intid, uint32_t sender);
/* The thread that injects: may it?  Then a number is given out. */
bool source_ready(const struct source *s);
uint64_t source_begin(struct source *s);
void source_finish(struct source *s, uint64_t number, bool accepted);
/* Before vgic_enter(), or an acknowledge that reads the words themselves. */
void source_sample(struct sample *sample);
/* A handler has started. */
void source_taken(struct cpu *c, struct source *s);
/* Nothing runs: is what was not taken still pending? */
void source_check_all(void);
/* Nothing runs, and nothing is to be taken any more: was all seen? */
void source_check_drained(void);

/* device.c: threads that inject, and one that looks and maps. */
void *device_run(void *number);
void *observer_run(void *number);
void device_lower(struct source *s);
/* Whoever ends a physical interrupt: the library, or a list register. */
void device_ended(uint32_t intid);
/* Physical interrupts whose line is up fire if they are not active. */
void device_fire_mapped(void);

#endif
