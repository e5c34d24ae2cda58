/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The emulator's door (vgic/emu.h).  Each access of the guest traps, so nothing
 * happens to its GIC that the library does not see, and a vCPU need not be in
 * guest code.  It is entered and exited once.  From then on each access ends
 * with vgic_update_signals(), which takes in what was posted and says what the
 * IRQ and FIQ inputs are.
 *
 * libvgic wants one thread at a time for a vCPU ("own thread" in vgic.h).  Here
 * that is the thread which has taken the vCPU by a compare-and-swap of `state`:
 * a thread with an access of the guest, or a thread that serves a kick.
 *
 * The library kicks a vCPU in the middle of a call, where no other call may be
 * made.  So the callback only sets the vCPU's bit in `kicked`, and the thread
 * that made the call serves all bits after it.  If another thread has taken a
 * kicked vCPU, the serving thread does not wait.  It marks the vCPU, and the
 * thread that has the vCPU looks at it again before it lets go.  So a thread
 * that waits for a vCPU has taken none, which leaves no order of locks to keep,
 * and nothing that was posted stays unseen.
 */
#include <vgic/emu.h>
#include <vgic/its.h>

#include "emu/atomics.h"
#include "regs/gicv5.h"

#define LINE 64u
#define MAX_VCPUS 512u

/*
 * emu_vcpu.state: no thread has the vCPU; a thread has it; a thread has it and
 * is to look again, because the vCPU was kicked since.
 */
enum { FREE, TAKEN, TAKEN_LOOK };

/* On cache lines of its own: the threads of other vCPUs do not write there. */
struct emu_vcpu {
	/* [any] By compare-and-swap and exchange. */
	_Alignas(LINE) _Atomic(uint32_t) state;
	/* [any] reads them, the thread that has the vCPU writes them. */
	_Atomic(uint32_t) pins;
	/* For the thread that has it: it is loaded, and was entered once. */
	bool runs;
	/* Set at creation. */
	struct vgic_vcpu *vcpu;
};

/* All but `kicked` is set at creation and read by any thread. */
struct vgic_emu {
	const struct vgic_emu_ops *ops;
	void *ctx;
	struct vgic_host_ops host;
	struct vgic *gic;
	bool is_v5;
	uint32_t nr_vcpus;
	struct emu_vcpu *vcpus;
	/*
	 * [any] Bit n: vCPU n was kicked, and no thread has begun to serve it.
	 * A thread takes a word whole, and then serves each of its bits.
	 */
	_Atomic(uint64_t) kicked[MAX_VCPUS / 64];
};

/* vgic_host_ops; ctx is the struct vgic_emu.  In the middle of a call. */

static void kick(void *ctx, uint32_t vcpu)
{
	struct vgic_emu *emu = ctx;

	(void)emu_or(&emu->kicked[vcpu / 64], UINT64_C(1) << (vcpu % 64));
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	const struct vgic_emu *emu = ctx;

	return emu->ops->read_guest(emu->ctx, ipa, buf, len);
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	const struct vgic_emu *emu = ctx;

	return emu->ops->write_guest(emu->ctx, ipa, buf, len);
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	const struct vgic_emu *emu = ctx;

	emu->ops->bug(emu->ctx, what, vcpu, intid);
}

/* Taking a vCPU, and letting go of it. */

static void relax(const struct vgic_emu *emu)
{
	if (emu->ops->relax) {
		emu->ops->relax(emu->ctx);
	}
}

/*
 * Take in what was posted, and report the inputs if they changed.  The caller
 * has the vCPU, so that set_pins() of one vCPU is called by one thread at a
 * time, in the order of the changes, as vgic/emu.h promises.
 *
 * A vCPU that is not loaded is entered once, since a first entry settles what
 * later ones rely on (a GICv5's PPIs and its table of LPIs).  After vgic_exit()
 * it counts as out of guest code: its words are exact, and no other vCPU's
 * access has to wait for it.
 */
static void look(struct vgic_emu *emu, struct emu_vcpu *v)
{
	uint32_t pins;

	if (!v->runs) {
		v->runs = true;
		vgic_load(v->vcpu);
		vgic_enter(v->vcpu);
		vgic_exit(v->vcpu);
	}
	pins = vgic_update_signals(v->vcpu);
	if (pins != emu_peek(&v->pins)) {
		emu_store(&v->pins, pins);
		emu->ops->set_pins(emu->ctx, (uint32_t)(v - emu->vcpus), pins);
	}
}

static bool try_take(struct emu_vcpu *v)
{
	uint32_t state = FREE;

	return emu_cas(&v->state, &state, TAKEN);
}

/*
 * Waits for as long as another thread's call for this vCPU takes.  The caller
 * has taken no other vCPU.
 */
static void take(struct vgic_emu *emu, struct emu_vcpu *v)
{
	while (!try_take(v)) {
		relax(emu);
	}
}

/*
 * If the vCPU was marked, look again first.  The mark is taken off before the
 * look: a thread that posts after the look has begun marks the vCPU once more,
 * and the next round sees it.  The exchange pairs with the compare-and-swap of
 * serve(): this thread sees what the marking thread has posted.
 */
static void let_go(struct vgic_emu *emu, struct emu_vcpu *v)
{
	uint32_t state = TAKEN;

	while (!emu_cas(&v->state, &state, FREE)) {
		(void)emu_exchange(&v->state, TAKEN);
		look(emu, v);
		state = TAKEN;
	}
}

/*
 * A vCPU was kicked: take it and look, or mark it, so that the thread that has
 * it looks.  Never waits: each turn of the loop means that another thread has
 * just taken the vCPU or let go of it.
 */
static void serve(struct vgic_emu *emu, struct emu_vcpu *v)
{
	uint32_t state = TAKEN;

	while (!try_take(v)) {
		if (emu_cas(&v->state, &state, TAKEN_LOOK) ||
		    state == TAKEN_LOOK) {
			return;
		}
		state = TAKEN;
	}
	look(emu, v);
	let_go(emu, v);
}

/* `kicked`: a bit for each of the vCPUs from `first` on. */
static void serve_all(struct vgic_emu *emu, uint32_t first, uint64_t kicked)
{
	for (; kicked; kicked &= kicked - 1) {
		uint32_t n = (uint32_t)__builtin_ctzll(kicked);

		serve(emu, &emu->vcpus[first + n]);
	}
}

/*
 * Until word n of `kicked` is 0.  A thread has to serve the bits that its own
 * call has set; those of another thread's call that thread serves.  So a
 * relaxed load is enough to decide.
 */
static void serve_word(struct vgic_emu *emu, uint32_t n)
{
	while (emu_peek(&emu->kicked[n])) {
		serve_all(emu, 64 * n, emu_exchange(&emu->kicked[n], 0));
	}
}

/*
 * See to every vCPU that was kicked, until none is: vgic_enter() kicks its own
 * vCPU if there was more than it may do at a time.
 */
static void serve_kicks(struct vgic_emu *emu)
{
	for (uint32_t n = 0; n < (emu->nr_vcpus + 63) / 64; n++) {
		serve_word(emu, n);
	}
}

/*
 * An SPI or LPI of a GICv5 may have stopped to be pending or enabled while a
 * vCPU's input is up for it.  The library kicks no vCPU for that: a guest on
 * hardware takes the interrupt, and GICR CDIA finds nothing to acknowledge.  An
 * emulator's input is to fall at once, as a CPU's does, so have the vCPU look
 * that has the interrupt.
 */
static void withdraw(struct vgic_emu *emu, uint32_t vcpu, uint32_t intid)
{
	struct vgic_irq_info info;

	if (emu->is_v5 &&
	    vgic_get_irq_info(emu->gic, vcpu, intid, &info) == VGIC_OK &&
	    info.holder < emu->nr_vcpus) {
		serve(emu, &emu->vcpus[info.holder]);
	}
}

/* An access of the guest's: MMIO if `width`, else a system register. */
struct access {
	uint64_t where;
	unsigned int width;
	bool write;
};

static enum vgic_trap perform(struct vgic_vcpu *vcpu, const struct access *a,
			      uint64_t *value)
{
	return a->width ? vgic_trap_mmio(vcpu, a->where, a->width, a->write,
					 value) :
			  vgic_trap_sysreg(vcpu, (uint32_t)a->where, a->write,
					   value);
}

/*
 * The library asks for a repetition when another vCPU has to look first, which
 * serve_kicks() makes it do; when another thread works on an ITS; or when more
 * is to be done than one trap may.  The vCPU is free between two attempts, as
 * that other thread may be waiting for it.  *value changes with the last one
 * alone.
 */
static enum vgic_trap access(struct vgic_emu *emu, uint32_t vcpu,
			     const struct access *a, uint64_t *value)
{
	struct emu_vcpu *v;

	if (vcpu >= emu->nr_vcpus) {
		return VGIC_TRAP_NOT_MINE;
	}
	v = &emu->vcpus[vcpu];
	for (;;) {
		uint64_t copy = *value;
		enum vgic_trap result;

		take(emu, v);
		if (!v->runs) {
			look(emu, v);
		}
		result = perform(v->vcpu, a, &copy);
		look(emu, v);
		let_go(emu, v);
		serve_kicks(emu);
		if (result != VGIC_TRAP_RETRY) {
			*value = copy;
			return result;
		}
		relax(emu);
	}
}

enum vgic_trap vgic_emu_mmio(struct vgic_emu *emu, uint32_t vcpu, uint64_t ipa,
			     unsigned int width, bool write, uint64_t *value)
{
	const struct access a = { ipa, width, write };

	return access(emu, vcpu, &a, value);
}

enum vgic_trap vgic_emu_sysreg(struct vgic_emu *emu, uint32_t vcpu,
			       uint32_t sysreg, bool write, uint64_t *value)
{
	const struct access a = { sysreg, 0, write };
	enum vgic_trap result = access(emu, vcpu, &a, value);

	/* The operand of both is the INTID. */
	if (write && (sysreg == GIC_CDDIS || sysreg == GIC_CDPEND)) {
		withdraw(emu, vcpu, (uint32_t)*value);
	}
	return result;
}

int vgic_emu_inject_irq(struct vgic_emu *emu, uint32_t vcpu, uint32_t intid,
			bool level, const void *owner)
{
	int err = vgic_inject_irq(emu->gic, vcpu, intid, level, owner);

	if (!level) {
		withdraw(emu, vcpu, intid);
	}
	serve_kicks(emu);
	return err;
}

int vgic_emu_inject_msi(struct vgic_emu *emu, uint32_t its, uint32_t device,
			uint32_t event)
{
	int err = vgic_inject_msi(emu->gic, its, device, event);

	serve_kicks(emu);
	return err;
}

void vgic_emu_update(struct vgic_emu *emu)
{
	serve_kicks(emu);
}

unsigned int vgic_emu_pins(const struct vgic_emu *emu, uint32_t vcpu)
{
	return vcpu < emu->nr_vcpus ? emu_peek(&emu->vcpus[vcpu].pins) : 0;
}

struct vgic *vgic_emu_gic(struct vgic_emu *emu)
{
	return emu->gic;
}

static void leave(struct emu_vcpu *v)
{
	if (v->runs) {
		vgic_put(v->vcpu);
		v->runs = false;
	}
}

/*
 * A vCPU that is loaded cannot be reset, so it is put away first; look() loads
 * it again.  VGIC_E_BUSY says that there are more LPIs to go through than one
 * call may, or that another thread works on an ITS: let that thread's access
 * have the vCPU, and try again.
 */
int vgic_emu_vcpu_reset(struct vgic_emu *emu, uint32_t vcpu, bool redistributor)
{
	struct emu_vcpu *v;
	int err = VGIC_E_BUSY;

	if (vcpu >= emu->nr_vcpus) {
		return VGIC_E_NOENT;
	}
	v = &emu->vcpus[vcpu];
	while (err == VGIC_E_BUSY) {
		take(emu, v);
		leave(v);
		err = vgic_vcpu_reset(v->vcpu, redistributor);
		look(emu, v);
		let_go(emu, v);
		serve_kicks(emu);
	}
	return err;
}

/*
 * vgic_put() of all vCPUs: what the CPU interfaces hold goes back to the vGIC,
 * where vgic_reset(), snapshot.h and uaccess.h work on it.
 */
void vgic_emu_stop(struct vgic_emu *emu)
{
	for (uint32_t i = 0; i < emu->nr_vcpus; i++) {
		take(emu, &emu->vcpus[i]);
		leave(&emu->vcpus[i]);
		let_go(emu, &emu->vcpus[i]);
	}
}

/* The calls in between may have kicked vCPUs: their bits are served as well. */
void vgic_emu_start(struct vgic_emu *emu)
{
	for (uint32_t i = 0; i < emu->nr_vcpus; i++) {
		serve(emu, &emu->vcpus[i]);
	}
	serve_kicks(emu);
}

/* Creation. */

/* Where the parts lie: this library's, the CPU interfaces, the vGIC. */
struct layout {
	size_t vcpus, cpuifs, cpuif_size, gic, gic_size, size;
};

static size_t aligned(size_t size)
{
	return (size + LINE - 1) & ~(size_t)(LINE - 1);
}

static bool is_v5(const struct vgic_emu_config *config)
{
	return vgic_arch_model(config->gic.arch) == VGIC_GICV5;
}

/*
 * The configuration that vgic_create() gets, but for its context.  A callback
 * that the emulator does not have stays null here, so that vgic_create() can
 * refuse a GIC that needs it.
 */
static void complete(const struct vgic_emu_config *config,
		     struct vgic_host_ops *host, struct vgic_config *gic)
{
	const struct vgic_emu_ops *ops = config->ops;

	*host = (struct vgic_host_ops){
		.kick = kick,
		.read_guest = ops->read_guest ? read_guest : NULL,
		.write_guest = ops->write_guest ? write_guest : NULL,
		.bug = ops->bug ? bug : NULL,
	};
	*gic = config->gic;
	gic->host = host;
	gic->cpuif = is_v5(config) ? NULL : &vgic_soft_backend;
	gic->v5.cpuif = is_v5(config) ? &vgic_soft_v5_backend : NULL;
	vgic_soft_caps(&gic->caps);
}

/*
 * False: invalid.  The sums mean nothing before vgic_memory_size() has accepted
 * the number of vCPUs.
 */
static bool lay_out(const struct vgic_emu_config *config, struct layout *l)
{
	struct vgic_host_ops host;
	struct vgic_config gic;

	if (!config || !config->ops || !config->ops->set_pins) {
		return false;
	}
	complete(config, &host, &gic);
	l->gic_size = vgic_memory_size(&gic);
	l->cpuif_size =
		aligned(is_v5(config) ? vgic_soft_v5_size() : vgic_soft_size());
	l->vcpus = aligned(sizeof(struct vgic_emu));
	l->cpuifs = l->vcpus + gic.nr_vcpus * sizeof(struct emu_vcpu);
	l->gic = l->cpuifs + gic.nr_vcpus * l->cpuif_size;
	l->size = l->gic + l->gic_size;
	return l->gic_size != 0;
}

size_t vgic_emu_memory_size(const struct vgic_emu_config *config)
{
	struct layout l;

	return lay_out(config, &l) ? l.size : 0;
}

/*
 * 16 vCPUs of a GICv3 to a cluster, as real ones are: the target list of an SGI
 * register names 16 values of Aff0 (IHI 0069 12.2, ICC_SGI1R_EL1).
 */
static uint64_t affinity(const struct vgic_emu_config *config, uint32_t vcpu)
{
	if (config->mpidr) {
		return config->mpidr[vcpu];
	}
	return vgic_arch_model(config->gic.arch) == VGIC_GICV3 ?
		       vcpu / 16 << 8 | vcpu % 16 :
		       vcpu;
}

/* A GICv5's IAFFID has 16 bits, as its CPU interface shows it to the guest. */
static int add_vcpu(struct vgic_emu *emu, const struct vgic_emu_config *config,
		    uint32_t index, void *cpuif)
{
	struct emu_vcpu *v = &emu->vcpus[index];
	uint64_t mpidr = affinity(config, index);
	struct vgic_cpuif_caps caps;

	*v = (struct emu_vcpu){ .runs = false };
	if (!is_v5(config)) {
		vgic_soft_init(cpuif,
			       vgic_arch_model(config->gic.arch) == VGIC_GICV2,
			       NULL, NULL, &caps);
	} else if (vgic_soft_v5_init(cpuif, &config->gic.v5, (uint16_t)mpidr)) {
		return VGIC_E_INVAL;
	}
	return vgic_vcpu_create(emu->gic, index, mpidr, cpuif, &v->vcpu);
}

int vgic_emu_create(const struct vgic_emu_config *config, void *memory,
		    size_t size, struct vgic_emu **emu)
{
	struct vgic_emu *e = memory;
	unsigned char *bytes = memory;
	struct vgic_config gic;
	struct layout l;
	int err;

	if (!lay_out(config, &l) || !memory || (uintptr_t)memory % LINE) {
		return VGIC_E_INVAL;
	}
	if (size < l.size) {
		return VGIC_E_NOMEM;
	}
	*e = (struct vgic_emu){
		.ops = config->ops,
		.ctx = config->ctx,
		.is_v5 = is_v5(config),
		.nr_vcpus = config->gic.nr_vcpus,
		.vcpus = (void *)(bytes + l.vcpus),
	};
	complete(config, &e->host, &gic);
	gic.host_ctx = e;
	err = vgic_create(&gic, bytes + l.gic, l.gic_size, &e->gic);
	for (uint32_t i = 0; i < e->nr_vcpus && !err; i++) {
		err = add_vcpu(e, config, i,
			       bytes + l.cpuifs + i * l.cpuif_size);
	}
	if (!err) {
		*emu = e;
	}
	return err;
}
