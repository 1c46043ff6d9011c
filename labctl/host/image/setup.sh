#!/bin/sh
# Makes the fresh root file system in $1 a lab host: what every host shares, done once instead of at every boot.
set -eu
root=$1

# The essential packages were unpacked before dpkg was there to leave these out (dpkg.cfg).
rm -rf "$root"/usr/share/doc/* "$root"/usr/share/locale/* "$root"/usr/share/man/*

# Only what a host's role wants is started (labctl adds the wants), and nothing that a container has no use for.
cat > "$root/etc/systemd/system/labhost.target" <<'UNIT'
[Unit]
Description=Lab host
Wants=systemd-journald.service dbus.socket
AllowIsolate=yes
UNIT
ln -sf /etc/systemd/system/labhost.target "$root/etc/systemd/system/default.target"
for unit in systemd-logind.service systemd-update-utmp.service systemd-update-utmp-runlevel.service \
  systemd-sysctl.service systemd-sysusers.service systemd-journal-flush.service systemd-remount-fs.service \
  systemd-udevd.service systemd-udev-trigger.service systemd-binfmt.service systemd-random-seed.service \
  systemd-machine-id-commit.service systemd-firstboot.service systemd-boot-system-token.service \
  systemd-ask-password-wall.path systemd-ask-password-console.path systemd-hwdb-update.service \
  systemd-journal-catalog-update.service systemd-update-done.service ldconfig.service \
  getty.target console-getty.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap.service fstrim.timer dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
  sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount modprobe@.service \
  kmod-static-nodes.service systemd-modules-load.service systemd-tmpfiles-setup-dev.service \
  systemd-pcrphase.service systemd-pcrphase-sysinit.service systemd-repart.service systemd-pstore.service \
  sys-kernel-config.mount unbound-resolvconf.service postfix-resolvconf.path postfix-resolvconf.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
# Generators run at every boot and reload and find nothing in a container; what Postfix's finds is written down here.
mkdir -p "$root/etc/systemd/system-generators" "$root/etc/systemd/system/postfix.service.wants"
for generator in "$root"/lib/systemd/system-generators/*; do
  ln -sf /dev/null "$root/etc/systemd/system-generators/${generator##*/}"
done
ln -sf /lib/systemd/system/postfix@.service "$root/etc/systemd/system/postfix.service.wants/postfix@-.service"
# These daemons check their configuration at their start anyway; a separate check loads each of them twice.
for unit in knot ssh; do
  mkdir -p "$root/etc/systemd/system/$unit.service.d"
  printf '[Service]\nExecStartPre=\n' > "$root/etc/systemd/system/$unit.service.d/lab.conf"
done
for unit in knot unbound postfix dovecot rspamd redis-server ssh opendkim opendmarc pyspf-milter postsrsd mailman3 \
  cron; do
  rm -f "$root/etc/systemd/system/multi-user.target.wants/$unit.service"
done
mkdir -p "$root/etc/systemd/journald.conf.d"
printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=8M\nRateLimitIntervalSec=0\n' > "$root/etc/systemd/journald.conf.d/lab.conf"

# Debian's unit configures and checks the instance at every start, which costs most of a host's boot; it is done here
# once instead, and master(8) itself tells when it is ready.
mkdir -p "$root/etc/systemd/system/postfix@-.service.d"
cat > "$root/etc/systemd/system/postfix@-.service.d/lab.conf" <<'UNIT'
[Service]
ExecStartPre=
ExecStart=
ExecStart=/usr/lib/postfix/sbin/master -w
PIDFile=/var/spool/postfix/pid/master.pid
UNIT
chroot "$root" postconf -e compatibility_level=3.6 inet_interfaces=127.0.0.1 mydestination= maillog_file=/var/log/mail.log
chroot "$root" postfix check || true
chroot "$root" newaliases || true

# Mailman's database: its migrations take seconds of a host's boot.
chroot "$root" /sbin/runuser -u list -- mailman -C /etc/mailman3/mailman.cfg info
rm -f "$root"/var/log/mailman3/*

# One user owns all mailboxes of a host.
chroot "$root" useradd --system --uid 5000 --user-group --home-dir /var/mail/lab --shell /usr/sbin/nologin vmail

# Host keys and certificates are each lab's own.
rm -f "$root"/etc/ssh/ssh_host_* "$root"/etc/ssl/private/ssl-cert-snakeoil.key "$root/etc/machine-id"
: > "$root/etc/machine-id"
printf 'C.UTF-8 UTF-8\n' > "$root/etc/locale.gen"

# Rspamd compiles its regular expressions for this machine's processor at its first start, which takes ten seconds and
# on a busy machine minutes, and unpacks the result at its second; both go into the image. Half of it is worth nothing:
# every lab would compile anew, so that a build without it fails.
mkdir -p "$root/run/rspamd"
chroot "$root" chown _rspamd:_rspamd /run/rspamd
unshare --net --pid --fork --kill-child --mount-proc="$root/proc" chroot "$root" /bin/sh -c '
  ip link set lo up
  for start in first second; do
    : > /var/log/rspamd/rspamd.log
    chown _rspamd:_rspamd /var/log/rspamd/rspamd.log
    rspamd --no-fork --user _rspamd --group _rspamd >/tmp/rspamd.out 2>&1 &
    rspamd=$!
    loaded=no
    for try in $(seq 6000); do
      if grep -q "full hyperscan database of" /var/log/rspamd/rspamd.log; then loaded=yes; break; fi
      kill -0 "$rspamd" || break
      sleep 0.1
    done
    kill "$rspamd"; wait
    if [ "$loaded" = no ]; then
      echo "rspamd did not finish its $start start:"; tail -n 5 /tmp/rspamd.out /var/log/rspamd/rspamd.log
      exit 1
    fi
  done'
rm -rf "$root"/var/log/rspamd/* "$root"/run/rspamd "$root"/tmp/*
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/*
