// SPDX-License-Identifier: BSD-2-Clause

use core::marker::PhantomData;
use core::mem::{align_of, size_of, MaybeUninit};
use core::ops::Deref;
use core::ptr::NonNull;

use crate::{Error, Result};

/// 64 bytes of memory, aligned to as many: what a [`Memory`] is made of.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub struct Block([MaybeUninit<u8>; 64]);

impl Block {
    /// A block whose bytes mean nothing, for a `static` or an array.
    pub const UNUSED: Block = Block([MaybeUninit::uninit(); 64]);
}

/// The memory of an [`Emu`](crate::Emu), which owns it for as long as it lives.
///
/// It comes from a slice of yours:
///
/// ```
/// use vgic::{Block, Memory};
///
/// let mut blocks = [Block::UNUSED; 1024];
/// let memory = Memory::from(&mut blocks[..]);
/// assert_eq!(memory.size(), 65536);
/// ```
///
/// or, with the feature `alloc`, from the allocator, by `Memory::allocate`.
pub struct Memory<'m> {
    start: NonNull<Block>,
    blocks: usize,
    /// Gives it back to the allocator; `None` for a slice.
    free: Option<unsafe fn(NonNull<Block>, usize)>,
    lives: PhantomData<&'m mut [Block]>,
}

// SAFETY: it is a slice, or a box, of bytes: no thread's own.
unsafe impl Send for Memory<'_> {}
// SAFETY: a shared reference gives nothing but its size.
unsafe impl Sync for Memory<'_> {}

impl Memory<'_> {
    /// Bytes that it has.
    pub fn size(&self) -> usize {
        self.blocks * size_of::<Block>()
    }
}

impl<'m> From<&'m mut [Block]> for Memory<'m> {
    fn from(blocks: &'m mut [Block]) -> Memory<'m> {
        Memory {
            blocks: blocks.len(),
            start: NonNull::from(blocks).cast(),
            free: None,
            lives: PhantomData,
        }
    }
}

#[cfg(feature = "alloc")]
impl Memory<'static> {
    /// Memory from the allocator.
    ///
    /// # Errors
    /// [`Error::NoMemory`]: there is not so much.
    pub fn allocate(size: usize) -> Result<Memory<'static>> {
        use alloc::vec::Vec;

        let rest = usize::from(size % size_of::<Block>() != 0);
        let count = size / size_of::<Block>() + rest;
        let mut blocks = Vec::new();
        blocks.try_reserve_exact(count).map_err(|_| Error::NoMemory)?;
        blocks.resize(count, Block::UNUSED);
        let slice = alloc::boxed::Box::leak(blocks.into_boxed_slice());
        let mut memory = Memory::from(slice);
        memory.free = Some(free);
        Ok(memory)
    }
}

/// # Safety
/// `start` and `blocks` are of a box that was leaked.
#[cfg(feature = "alloc")]
unsafe fn free(start: NonNull<Block>, blocks: usize) {
    let slice = core::ptr::slice_from_raw_parts_mut(start.as_ptr(), blocks);
    // SAFETY: as the caller says.
    drop(unsafe { alloc::boxed::Box::from_raw(slice) });
}

impl Drop for Memory<'_> {
    fn drop(&mut self) {
        if let Some(free) = self.free {
            // SAFETY: only allocate() sets it, with a box that it leaked.
            unsafe { free(self.start, self.blocks) };
        }
    }
}

/// Bytes of the blocks that `size` bytes take.
pub(crate) const fn aligned(size: usize) -> usize {
    (size + size_of::<Block>() - 1) & !(size_of::<Block>() - 1)
}

/// Memory that begins with an `F`, the callbacks that libvgic is given the
/// address of: that address stays when the `WithFront` moves. Behind the `F`,
/// from [`WithFront::SIZE`] on, the memory is libvgic's. The `F` is dropped
/// before the memory is given back.
pub(crate) struct WithFront<'m, F> {
    memory: Memory<'m>,
    owns: PhantomData<F>,
}

impl<'m, F> WithFront<'m, F> {
    /// Bytes from the start of the memory to libvgic's part.
    pub(crate) const SIZE: usize = aligned(size_of::<F>());

    /// Write `front` to the start of `memory`.
    ///
    /// # Errors
    /// `Invalid`: an `F` has to be aligned to more than a block; `NoMemory`:
    /// the memory has less than `needed` or [`WithFront::SIZE`] bytes.
    pub(crate) fn new(
        memory: Memory<'m>,
        needed: usize,
        front: F,
    ) -> Result<Self> {
        if align_of::<F>() > align_of::<Block>() {
            return Err(Error::Invalid);
        }
        if memory.size() < needed.max(Self::SIZE) {
            return Err(Error::NoMemory);
        }
        // SAFETY: it is aligned and large enough, as was just checked.
        unsafe { memory.start.as_ptr().cast::<F>().write(front) };
        Ok(WithFront { memory, owns: PhantomData })
    }

    /// Bytes of the whole memory.
    pub(crate) fn size(&self) -> usize {
        self.memory.size()
    }

    /// Where the memory starts, for access to all of it.
    pub(crate) fn start(&self) -> *mut u8 {
        self.memory.start.as_ptr().cast()
    }
}

impl<F> Deref for WithFront<'_, F> {
    type Target = F;

    fn deref(&self) -> &F {
        // SAFETY: it was written by new(), and is only ever shared.
        unsafe { &*self.start().cast() }
    }
}

impl<F> Drop for WithFront<'_, F> {
    fn drop(&mut self) {
        // SAFETY: new() wrote it. The owner calls libvgic no more, and libvgic
        // uses the `F` during calls only.
        unsafe { self.start().cast::<F>().drop_in_place() };
    }
}
