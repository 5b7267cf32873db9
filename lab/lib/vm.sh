# A virtual machine as disposable host: a kernel of its own, with audit rules and AppArmor. Sourced by lab/lab.
# shellcheck shell=sh disable=SC2154 # vm_image: lib/vm-image.sh

# vm_folder NAME — its disks, pid file and console; there when the machine is
vm_folder() {
    printf '%s\n' "$HOSTS/$1/vm"
}

# vm_processes NAME — the pid of its QEMU, found by its folder in the command line: a pid file may be a former run's
vm_processes() {
    for _proc in /proc/[0-9]*; do
        { read -r _program <"$_proc/comm"; } 2>/dev/null || continue
        case $_program in qemu-system*) ;; *) continue ;; esac
        tr '\0' ' ' 2>/dev/null <"$_proc/cmdline" | grep -qF -- "$(vm_folder "$1")/" || continue
        printf '%s\n' "${_proc#/proc/}"
    done
}

# vm_accelerator DEVICE CPUINFO — KVM where the processor has it, else emulation: a nested host may show a /dev/kvm on which
# a usual kernel hangs. PORTCULLIS_VM_ACCELERATOR=tcg|kvm decides otherwise.
vm_accelerator() {
    case ${PORTCULLIS_VM_ACCELERATOR:-} in
        kvm | tcg) _accelerator=$PORTCULLIS_VM_ACCELERATOR ;;
        '')
            _accelerator=tcg
            if [ -w "$1" ] && grep -qwE 'vmx|svm' "$2"; then _accelerator=kvm; fi
            ;;
        *) die "'$PORTCULLIS_VM_ACCELERATOR' is no accelerator" PORTCULLIS_VM_ACCELERATOR "give kvm or tcg, or unset it" ;;
    esac
    [ "$_accelerator" = kvm ] || _accelerator=tcg,thread=multi
    printf '%s\n' "$_accelerator"
}

# credential NAME — standard input as one of systemd's credentials, in the form that QEMU takes from a file
credential() {
    printf 'io.systemd.credential.binary:%s=%s' "$1" "$(base64 -w 0)"
}

# write_credentials NAME SUBNET — what is the machine's own and not the image's: keys, address and resolver. They come
# with the firmware (SMBIOS), so no disk has to be changed and no key is in a command line.
write_credentials() {
    _to=$(vm_folder "$1").part/credentials
    mkdir -p "$_to"
    {
        printf 'f+~ /etc/ssh/ssh_host_ed25519_key 0600 root root - %s\n' "$(base64 -w 0 <"$HOSTS/$1/host_key")"
        printf 'f+~ /etc/ssh/ssh_host_ed25519_key.pub 0644 root root - %s\n' "$(base64 -w 0 <"$HOSTS/$1/host_key.pub")"
        printf 'f+~ /etc/resolv.conf 0644 root root - %s\n' "$(outer_resolvers | base64 -w 0)"
    } | credential tmpfiles.extra >"$_to/files"
    credential ssh.authorized_keys.root <"$HOSTS/$1/id_ed25519.pub" >"$_to/login"
    printf '[Match]\nDriver=virtio_net\n[Network]\nAddress=%s\nGateway=%s\nLinkLocalAddressing=no\n' \
        "$(host_address "$2")/${2#*/}" "$(subnet_gateway "$2")" | credential network.network.10-lab >"$_to/network"
}

# create_vm NAME SUBNET — its folder; complete or not there at all
create_vm() {
    _vm=$(vm_folder "$1")
    rm -rf "$_vm.part"
    mkdir -p "$_vm.part"
    write_credentials "$1" "$2"
    qemu-img create -q -f qcow2 -b "$vm_image/root.img" -F raw "$_vm.part/root.qcow2"
    make_disk "$_vm.part/docker.img" 12G
    ln -s "$vm_image" "$_vm.part/image"
    printf '%s\n' "$2" >"$_vm.part/subnet"
    mv "$_vm.part" "$_vm"
}

# start_vm NAME — files 8 and 9 are locks; the machine must not inherit them
start_vm() {
    _vm=$(vm_folder "$1") _host=$1 _accelerator=$(vm_accelerator /dev/kvm /proc/cpuinfo)
    # QEMU takes a comma in a file's name twice.
    _files=$(printf '%s' "$_vm" | sed 's/,/,,/g')
    rm -f "$_vm/qemu.pid"
    set -- -accel "$_accelerator" -machine q35 -cpu max -smp 2 -m 3072 -nodefaults -display none -daemonize -pidfile "$_vm/qemu.pid" \
        -serial "file:$_vm/console.log" -device virtio-rng-pci -kernel "$_vm/image/vmlinuz" -initrd "$_vm/image/initrd.img" \
        -append "root=/dev/vda ro console=ttyS0 net.ifnames=0 systemd.hostname=$1" \
        -drive "if=virtio,format=qcow2,discard=unmap,file=$_files/root.qcow2" -drive "if=virtio,format=raw,discard=unmap,file=$_files/docker.img" \
        -netdev "tap,id=lab,ifname=pcv-$1,script=$LAB/vm/join-bridge,downscript=no" -device virtio-net-pci,netdev=lab
    for _credential in files login network; do set -- "$@" -smbios "type=11,path=$_files/credentials/$_credential"; done
    qemu-system-x86_64 "$@" 8>&- 9>&- ||
        die "the virtual machine does not start" "qemu-system-x86_64 ($_accelerator)" "see its message above"
    say "started the virtual machine $_host (${_accelerator%,*}), console in ${_vm#"$ROOT"/}/console.log"
}

parse_vm() {
    parse_up "$@"
    [ -z "$release$variant" ] || die "a virtual machine is always Debian 13 with an engine" "lab vm" "leave out --release and --no-engine"
}

# settle_vm — fills the subnet that was not given from the machine that is there; true when it is there
settle_vm() {
    [ -z "$(host_field "$name" '{{.Name}}')" ] ||
        die "the host '$name' is there as a container" "lab vm" "run 'lab/lab down $name' first, or take another name"
    if [ ! -d "$(vm_folder "$name")" ]; then
        [ -n "$subnet" ] || die "no subnet for the host '$name'" --subnet "give a free one, e.g. --subnet 10.213.74.0/29"
        return 1
    fi
    _have=$(cat "$(vm_folder "$name")/subnet")
    [ "${subnet:-$_have}" = "$_have" ] ||
        die "the host '$name' is there on another subnet ($_have)" --subnet "run 'lab/lab down $name' first, or leave the option out"
    subnet=$_have
}

lab_vm() {
    parse_vm "$@"
    need_vm_commands
    ensure_engine
    take_lock "host-$name"
    _began=$(now)
    settle_vm && _there=yes || _there=no
    address=$(host_address "$subnet")
    make_keys "$name"
    [ "$_there" = yes ] || ensure_vm_image
    ensure_network "pcl-$name" "$subnet"
    place_address "$name" "$address" "$subnet"
    [ "$_there" = yes ] || create_vm "$name" "$subnet"
    if [ -n "$(vm_processes "$name")" ]; then
        # The bridge may have been made anew since.
        "$LAB/vm/join-bridge" "pcv-$name"
    else
        start_vm "$name"
    fi
    wait_for 600 "SSH of $name at $address" vm_has_settled "$name" || true
    [ -n "$(vm_processes "$name")" ] ||
        die "the virtual machine has ended" "$(vm_folder "$name")/console.log" "see the end of that file for the reason"
    vm_is_up "$name" ||
        die "the virtual machine does not answer to SSH: $(ssh_to "$name" true 2>&1 || true)" "root@$address" \
            "see the end of $(vm_folder "$name")/console.log"
    say "the virtual machine $name is up at root@$address after $(($(now) - _began)) s"
}

# vm_is_up NAME — booted to the end; a unit that failed is the machine's own matter
vm_is_up() {
    case $(ssh_to "$1" systemctl is-system-running) in
        running | degraded) return 0 ;;
    esac
    return 1
}

# vm_has_settled NAME — up, or gone
vm_has_settled() {
    [ -z "$(vm_processes "$1")" ] || vm_is_up "$1"
}

need_vm_commands() {
    need_commands ssh ssh-keygen ip iptables
    for _command in qemu-system-x86_64 qemu-img mke2fs; do
        command -v "$_command" >/dev/null 2>&1 ||
            die "the command '$_command' is missing" PATH "run 'toolchain/bootstrap.sh vm', which installs lab/vm/packages.txt"
    done
}

# remove_vm NAME — the machine and its disks, if there is one; QEMU takes its network device along
remove_vm() {
    end_processes vm_processes "$1"
    rm -rf "$(vm_folder "$1")" "$(vm_folder "$1").part"
}
