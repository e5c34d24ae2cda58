/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The test machine: a VM of any model on any back-end (backend.h), with guest
 * memory, physical interrupts, and the deeds of guest, devices and host as
 * verbs.  Host callbacks record what they were called for.
 *
 * A vCPU that is in guest code and is kicked, or whose maintenance interrupt
 * comes, leaves and enters again by itself, unless the test makes it late.
 */
#ifndef VGIC_TESTS_MACHINE_MACHINE_H
#define VGIC_TESTS_MACHINE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vgic/its.h>
#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "core/arch.h"
#include "core/irq.h"
#include "tests/machine/backend.h"

#define MACHINE_VCPUS 512u
#define MACHINE_SPIS 988u
#define MACHINE_PHYS 128u

/* Where the frames are; redistributors follow one another. */
#define MACHINE_GICD UINT64_C(0x08000000)
#define MACHINE_GICC UINT64_C(0x08010000)
#define MACHINE_GICR UINT64_C(0x080a0000)
#define MACHINE_ITS UINT64_C(0x09000000)
#define MACHINE_IRS UINT64_C(0x08010000)
#define MACHINE_IRS_STRIDE UINT64_C(0x20000)
/* Those of the vCPUs from MACHINE_FIRST_REGION on are in a second region. */
#define MACHINE_FIRST_REGION 123u
#define MACHINE_GICR_HIGH UINT64_C(0x4000000000)
#define MACHINE_RAM UINT64_C(0x40000000)
#define MACHINE_RAM_SIZE 0x400000u /* with an ITS */

/* A GICv5's PPIs, by who has them; SW_PPI is software's. */
#define PPI_PMU 23u	    /* a device's, Level */
#define PPI_TIMER 27u	    /* the same */
#define PPI_UPPER 65u	    /* the same, in the upper bank */
#define PPI_UPPER_EDGE 64u  /* a device's, Edge */
#define PPI_HIDDEN 28u	    /* nobody's, Level */
#define PPI_HIDDEN_EDGE 66u /* nobody's, Edge */

/* A physical interrupt as the host's GIC has it: active keeps it quiet. */
struct machine_phys {
	/* Which interrupt of which vCPU it is mapped to, once it is. */
	bool mapped;
	/* By direct injection: the host has nothing to do with it. */
	bool direct;
	uint32_t vcpu, intid, pintid;
	bool line;
	/* An edge that waits for the one before to be ended. */
	bool pending;
	bool active;
	/* Deactivations by software (callback), by list registers (HW). */
	uint32_t by_software, by_hardware;
	/* Made active, and pending state cleared, by callbacks. */
	uint32_t activated, unpended;
	/* vCPU whose thread the last callback ran on. */
	uint32_t thread;
};

/* A callback of the host that may be told to fail. */
enum machine_call { MACHINE_READ, MACHINE_WRITE, MACHINE_PHYS_CALL };

/* What 0 or null stands for is in brackets; MACHINE_NONE is 0 indeed. */
#define MACHINE_NONE UINT32_MAX
struct machine_config {
	/* A row of backend.c's table ["ich"], and with it the model. */
	const char *backend;
	/* List registers [4] and vCPUs [1]. */
	uint32_t nr_lrs, nr_vcpus;
	/* [All that a GICv2 or GICv3 can have; a GICv5: 32] */
	uint32_t nr_spis;
	/* [8; a GICv5: 32] */
	uint32_t nr_side_entries;
	/* Interrupt Translation Services [none], LPIs, events. */
	uint32_t nr_its, nr_lpis, nr_events;
	/* A GICv5: IRSs [1], and bits of an LPI's ID [12, and 4096 LPIs]. */
	uint32_t nr_irs, lpi_id_bits;
	/* Its PPIs, and which are level-sensitive [those named above]. */
	uint64_t ppi_implemented[2], ppi_level[2];
	/* Bytes of guest memory [4 MiB with an ITS, a GICv5 512 KiB]. */
	size_t ram_size;
	/* RAM goes on for 256 MiB; nothing is kept there. */
	bool more_ram;
	/* Priority bits [8] and preemption bits [5]; a GICv5 has 5. */
	uint8_t pri_bits, pre_bits;
	/* INTID bits [24; a GICv5 has 16]. */
	uint8_t id_bits;
	/* Host without HW bits in list registers, A3V, TDIR. */
	bool no_hw_deactivation, no_a3v, no_tdir;
	/* The HW bit does nothing, though the library was not told so. */
	bool broken_hw;
	/* No frame has an address yet. */
	bool no_frames;
	/* MPIDR or IAFFID of a vCPU [machine_affinity()'s]. */
	uint32_t (*affinity)(uint32_t v);
	/* GICR_TYPER.Processor_Number of each vCPU [its index]. */
	const uint32_t *numbers;
	/* Trapped accesses are taken while the vCPU stays entered. */
	bool entered;
	/*
	 * Something is wrong with the machine or with how it is used; does not
	 * return [prints it and aborts].
	 */
	void (*fail)(const char *file, int line, const char *what);
};

struct machine {
	/* With the defaults filled in. */
	struct machine_config config;
	const struct backend *backend;
	struct vgic_config vgic;
	struct vgic *gic;
	void *memory;
	size_t memory_size;
	uint32_t nr_vcpus;
	struct vgic_vcpu *vcpu[MACHINE_VCPUS];
	struct backend_cpu *cpu;
	bool in_guest[MACHINE_VCPUS];
	bool kicked[MACHINE_VCPUS];
	uint32_t kicks[MACHINE_VCPUS];
	/* Exits that kicks and maintenance ask for wait. */
	bool late[MACHINE_VCPUS];
	/* Exits made on the machine's own account. */
	uint32_t exits[MACHINE_VCPUS];
	/* Accesses of system registers that trapped. */
	uint32_t traps[MACHINE_VCPUS];
	/* Accesses that had to be made again. */
	uint32_t retries;
	/* The vCPU whose thread the test plays. */
	uint32_t thread;
	uint32_t bugs;
	/* Broken invariants are counted, not reported. */
	bool expect_bugs;
	/*
	 * Physical interrupts ended that were not active: hardware may lose
	 * the next one by that.
	 */
	uint32_t bad_ends;
	/* How often a line was asked for. */
	uint32_t samples;
	struct machine_phys phys[MACHINE_PHYS];
	/* From here on none is mapped. */
	uint32_t nr_phys;
	/* The guest's memory; less of it may be there, and as ROM. */
	uint8_t *ram;
	size_t ram_size;
	bool rom;
	/* Pages of 4 KiB that the vGIC wrote to. */
	bool *dirty;
	/* A GICv5's IRS refuses to make a virtual PE resident. */
	bool refuse_residency;
	uint32_t doorbells;
	/* Does this call fail?  Null: none does. */
	bool (*fails)(struct machine *m, enum machine_call call);
	/* The test's own. */
	void *user;
};

/* As reset leaves it: nobody has run. */
struct machine *machine_create(const struct machine_config *config);
/*
 * The same, but groups are enabled, no priority is masked, EOImode is 0, and a
 * GICv5 has its PPIs enabled; nobody is in guest code.
 */
struct machine *machine_new(const struct machine_config *config);
/* An operating system boots on it: by registers, and all are in guest code. */
void machine_boot(struct machine *m);
void machine_free(struct machine *m);
/* All leave, invariants hold, nothing was reported; frees. */
void machine_end(struct machine *m);
/* Invariants hold now; whoever was in guest code is put back. */
void machine_check(struct machine *m);
/* See config.fail. */
_Noreturn void machine_failed(const struct machine *m, const char *file,
			      int line, const char *what);
#define MACHINE_MUST(m, condition) \
	do { \
		if (!(condition)) { \
			machine_failed(m, __FILE__, __LINE__, #condition); \
		} \
	} while (0)
/* Aff1 is index / 16, Aff0 the rest; a GICv5's IAFFID is index * 0x100. */
uint32_t machine_affinity(const struct machine *m, uint32_t v);
/* Address of a register of a vCPU's redistributor. */
uint64_t gicr(uint32_t v, uint32_t offset);

/* Enter and leave guest code.  No-ops when there already. */
void run(struct machine *m, uint32_t v);
void stop(struct machine *m, uint32_t v);
/* Leave and enter: a time slice, say. */
void slice(struct machine *m, uint32_t v);
/* Out of guest code and off the CPU; whose registers somebody else uses. */
void put_vcpu(struct machine *m, uint32_t v);
void leave(struct machine *m, uint32_t v);
/* All of them are off their CPUs. */
void put_all(struct machine *m);
/* Give a vCPU the exits it is due.  Fails when they never end. */
void machine_serve(struct machine *m, uint32_t v);
/* And everybody, and physical interrupts, until all is quiet. */
void machine_serve_all(struct machine *m);

/*
 * guest.c.  The guest on vCPU v, which enters if it is not in guest code.
 */

/* MRS, MSR, SYS or SYSL; made again until it is not to be. */
enum vgic_trap guest_sysreg(struct machine *m, uint32_t v, uint32_t enc,
			    bool write, uint64_t *value);
/* The same of what must be defined. */
uint64_t guest_read(struct machine *m, uint32_t v, uint32_t enc);
void guest_write(struct machine *m, uint32_t v, uint32_t enc, uint64_t value);
bool guest_is_undefined(struct machine *m, uint32_t v, uint32_t enc,
			bool write);
/* A GICv2's CPU interface: untrapped, or by its frame. */
uint64_t guest_gicc(struct machine *m, uint32_t v, uint32_t offset, bool write,
		    uint64_t value);
/*
 * Acknowledge (a GICv5: with GICR_CDIA.VALID), drop priority, deactivate; and
 * the last two, as far as one does not do for both.  Group 1, or 0.
 */
uint64_t guest_ack(struct machine *m, uint32_t v);
uint64_t guest_ack0(struct machine *m, uint32_t v);
void guest_eoi(struct machine *m, uint32_t v, uint32_t intid);
void guest_eoi0(struct machine *m, uint32_t v, uint32_t intid);
void guest_dir(struct machine *m, uint32_t v, uint32_t intid);
void guest_end(struct machine *m, uint32_t v, uint32_t intid);
/* EOImode for all vCPUs, before they run. */
void eoimode(struct machine *m, unsigned int mode);
/* Is its IRQ signal asserted? */
bool guest_irq(struct machine *m, uint32_t v);

/*
 * A load or store, which traps: out of guest code, and in again if it was
 * there.  It is made again until it is done, or once.
 */
uint64_t mmio_read(struct machine *m, uint32_t v, uint64_t ipa,
		   unsigned int width);
void mmio_write(struct machine *m, uint32_t v, uint64_t ipa, unsigned int width,
		uint64_t value);
/* The first returns what became of it, the others want it done. */
enum vgic_trap guest_mmio(struct machine *m, uint32_t v, uint64_t ipa,
			  unsigned int width, bool write, uint64_t *value);
bool mmio_once(struct machine *m, uint32_t v, uint64_t ipa, unsigned int width,
	       bool write, uint64_t *value);
uint32_t guest_read32(struct machine *m, uint32_t v, uint64_t ipa);
void guest_write32(struct machine *m, uint32_t v, uint64_t ipa, uint32_t value);

/* Guest memory; null: it is outside. */
uint8_t *ram_at(const struct machine *m, uint64_t ipa, size_t len);
uint64_t peek64(const struct machine *m, uint64_t ipa);
void poke64(struct machine *m, uint64_t ipa, uint64_t value);
uint8_t peek8(const struct machine *m, uint64_t ipa);
void poke8(struct machine *m, uint64_t ipa, uint8_t value);

/* device.c.  Devices, the host, and what is known of an interrupt. */

/* INTIDs of whatever model. */
uint32_t spi_intid(const struct machine *m, uint32_t n);
uint32_t ppi_intid(const struct machine *m, uint32_t n);
uint32_t lpi_intid(const struct machine *m, uint32_t n);

/* A device's edge; level of a device's line, which is vCPU v's. */
void edge(struct machine *m, uint32_t intid);
void line(struct machine *m, uint32_t intid, bool level);
void line_of(struct machine *m, uint32_t v, uint32_t intid, bool level);
/*
 * Map an interrupt of vCPU v to the physical one of the same number, with ops
 * that sample its line.  phys[intid] has what becomes of it.
 */
void map(struct machine *m, uint32_t v, uint32_t intid);
/* The same to any physical one, with any ops; phys[n] has it. */
void map_to(struct machine *m, uint32_t n, uint32_t v, uint32_t intid,
	    uint32_t pintid, const struct vgic_irq_ops *ops);
extern const struct vgic_irq_ops machine_ops;
/* The line of a physical interrupt; it fires while high and not active. */
void phys_line(struct machine *m, uint32_t n, bool level);
/* An edge of a physical interrupt: it fires once it is not active. */
void phys_edge(struct machine *m, uint32_t n);
/* Callbacks, for machine.c; and fire what is due, true when there was one. */
void machine_set_active(void *ctx, uint32_t pintid, bool active);
void machine_set_pending(void *ctx, uint32_t pintid, bool pending);
void machine_deactivate(void *ctx, uint32_t pintid);
bool machine_fire(struct machine *m);

/* Change an interrupt's word, on the thread of vCPU v. */
void change(struct machine *m, uint32_t v, uint32_t intid,
	    enum vgic_change what, uint32_t arg);
/* The private interrupt of vCPU `bank`, on the thread of vCPU v. */
void change_banked(struct machine *m, uint32_t v, uint32_t bank, uint32_t intid,
		   enum vgic_change what, uint32_t arg);
/* GICD_CTLR's group enables. */
void dist_groups(struct machine *m, uint32_t v, uint32_t enables);
/* Enabled, Group 1, edge or level, with this priority, routed to v. */
void setup(struct machine *m, uint32_t v, uint32_t intid, uint32_t prio,
	   bool level);

struct vgic_irq_info info_of(struct machine *m, uint32_t v, uint32_t intid);
bool is_pending(struct machine *m, uint32_t intid);
bool is_active(struct machine *m, uint32_t intid);
/* The list register that holds an interrupt now, or 0. */
uint64_t lr_of(struct machine *m, uint32_t v, uint32_t intid);
struct vgic_stats stats_of(struct machine *m, uint32_t v);
/* Mistakes of the guest that were counted, on any vCPU. */
uint64_t mistakes(struct machine *m);

#endif
