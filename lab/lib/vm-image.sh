# The disk image of the virtual machine, with its kernel. Sourced by lab/lab.
# shellcheck shell=sh

# What a cloud image of Debian has and the container host does not need; apparmor comes with the kernel there.
VM_PACKAGES=linux-image-cloud-amd64,initramfs-tools,zstd,e2fsprogs,udev,kmod,apparmor
VM_DISK=8G

# make_disk FILE SIZE [mke2fs option…] — an ext4 file system in a file that takes no more room than what is in it
make_disk() {
    _disk=$1 _size=$2
    shift 2
    truncate -s "$_size" "$_disk"
    mke2fs -q -F -t ext4 "$@" "$_disk"
}

# ensure_vm_image — sets vm_image: a folder with root.img (ext4), vmlinuz and initrd.img
ensure_vm_image() {
    _packages=$(host_packages trixie engine),$VM_PACKAGES
    vm_image=$CACHE/vm/trixie-$(RECIPE_EXTRA="$_packages $VM_DISK" recipe_sum "$LAB/vm" "$LAB/host/sshd.conf" "$LAB/lib/rootfs.sh")
    [ ! -d "$vm_image" ] || return 0
    need_commands mke2fs
    lock_cache "$CACHE/vm"
    if [ ! -d "$vm_image" ]; then
        say "building the disk image of the virtual machine; about a minute"
        _start=$(now) _work=$CACHE/vm/work
        # What a killed build left. Nothing else builds in here while the lock is held.
        rm -rf --one-file-system "$_work"
        mkdir -p "$_work/image"
        TMPDIR=$_work debian_rootfs trixie minbase "$_packages" "$_work/root" --customize-hook="$LAB/vm/customize \"\$1\"" ||
            die "the root file system was not built" "mmdebstrap trixie" "see its messages above; the Debian mirror must be reachable"
        cp -L "$_work/root/vmlinuz" "$_work/root/initrd.img" "$_work/image/"
        make_disk "$_work/image/root.img" "$VM_DISK" -d "$_work/root" ||
            die "the disk image was not made" "mke2fs" "see its message above"
        mv "$_work/image" "$vm_image"
        rm -rf --one-file-system "$_work"
        say "built in $(($(now) - _start)) s"
    fi
    exec 8>&-
}
